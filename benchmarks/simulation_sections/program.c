/* The weeks of a program without later rounds, as plain C: the same draws, sums and order of
   arithmetic as the compiled kernel, so that every outcome can be compared bit by bit.
   The structures are written by c_reference.py from the kernel's own layout. */
#include <stdint.h>
#include "layout.h"

#define GOLDEN 0x9E3779B97F4A7C15ULL
#define N 5

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

static inline double uniform(uint64_t bits) { return (double)(bits >> 11) * 0x1p-53; }

static inline double near_normal(uint64_t bits) {
    uint64_t total = (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) +
                     (bits >> 48);
    return ((double)total - NEAR_NORMAL_MEAN) * NEAR_NORMAL_SCALE;
}

static inline double exponential(double x) {
    union { int64_t whole; double number; } power;
    if (x > 40.0) x = 40.0;
    else if (x < -40.0) x = -40.0;
    double shifted = x * 1.4426950408889634 + 6755399441055744.0;
    double k = shifted - 6755399441055744.0;
    double r = (x - k * 0.693145751953125) - k * 1.42860682030941723212e-6;
    double r2 = r * r;
    double low = (1.0 + r) + r2 * (0.5 + r * (1.0 / 6.0));
    double high = (1.0 / 24.0 + r * (1.0 / 120.0)) + r2 * (1.0 / 720.0 + r * (1.0 / 5040.0));
    power.whole = ((int64_t)k + 1023) << 52;
    return (low + r2 * r2 * (high + r2 * r2 * (1.0 / 40320.0))) * power.number;
}

static double chance_to_stay(const Constants *c, int64_t failures) {
    return exponential(-(c->mentor_exit * exponential(c->failure_exit * failures)));
}

static inline double min2(double a, double b) { return b < a ? b : a; }

static inline int how_it_ends(const Constants *c, const Person *p, const double *x, double factor,
                              double draw, int *by) {
    double beta = c->sensitivity, wait = c->gap * p->gap;
    double low[4] = {-beta * x[3], -beta * x[N + 3], wait - beta * x[4], wait - beta * x[N + 4]};
    double fit = p->person_mentor + p->person_mentee;
    double rest = p->competition + p->conflict + p->inexperience;
    *by = 0;
    if (low[0] <= 2.0 && low[1] <= 2.0 && low[2] <= 2.0 && low[3] <= 2.0 &&
        draw >= factor * (c->side_rates * 7.3891 + fit + rest) + c->mentee_exit)
        return 0;
    double talk_mentor = c->communication_mentor * exponential(low[0]);
    double talk_mentee = c->communication_mentee * exponential(low[1]);
    double will_mentor = c->commitment_mentor * exponential(low[2]);
    double will_mentee = c->commitment_mentee * exponential(low[3]);
    double talk = talk_mentor + talk_mentee, will = will_mentor + will_mentee;
    double total = factor * (talk + will + fit + rest) + c->mentee_exit;
    if (draw >= total) return 0;
    double chance = 1.0 - exponential(-total);
    if (draw >= chance) return 0;
    double at = draw / chance * total - c->mentee_exit;
    *by = 2;
    if (at < 0.0) return 7;
    at /= factor;
    if (at < talk) { if (talk_mentor >= talk_mentee) *by = 1; return 1; }
    at -= talk;
    if (will <= at && at < will + fit) {
        if (p->person_mentor >= p->person_mentee) *by = 1;
        return 3;
    }
    if (will_mentor >= will_mentee) *by = 1;
    if (at < will) return 2;
    at -= will + fit;
    if (at < p->competition) return 4;
    return at < p->competition + p->conflict ? 5 : 6;
}

static inline int live_week(const Constants *c, Person *p, double *x, int64_t age, int64_t load,
                            int *by) {
    double trust = min2(x[0], x[N]);
    if (age >= c->separation_weeks) p->phase = 2;
    else if (p->phase == 1) p->phase = trust <= c->trust_lost ? 0 : 1;
    else p->phase = (age >= c->initiation_weeks || trust >= c->trust_reached) &&
                    trust > c->trust_lost;
    double growth = p->phase == 1 ? 1.0 : p->phase == 0 ? c->initiation_growth
                                                         : c->separation_growth;
    double hazard = p->phase == 1 ? 1.0 : p->phase == 0 ? c->initiation_hazard
                                                         : c->separation_hazard;
    int due = age < 4 ? (int)((c->month_mask >> age) & 1)
                      : c->checkin_every > 0 &&
                            (age - 4) % c->checkin_every == c->checkin_every - 1;
    static const int talk_and_will[4] = {3, 4, N + 3, N + 4};
    if (due) {
        p->checkins++;
        for (int k = 0; k < 4; k++) {
            double low = 1.0 - x[talk_and_will[k]];
            x[talk_and_will[k]] += c->checkin_lift * (low > 0.0 ? low : 0.0);
        }
    }
    uint64_t key = mix(p->owner + ((uint64_t)age + 1) * GOLDEN);
    double logit = p->meeting + c->meeting_commitment * min2(x[4], x[N + 4]) -
                   c->meeting_load * (load - 1);
    if (uniform(mix(key)) * (1.0 + exponential(-logit)) < 1.0) {
        double pace = growth / (1.0 + c->load_growth * (load - 1)), total = 0.0;
        for (int side = 0; side < 2; side++) {
            double pull = p->surface + (side ? p->pull_mentee : p->pull_mentor);
            for (int k = 0; k < N; k++) {
                int at = side * N + k;
                double rate = pace * (k ? c->growth : c->trust_growth), value = x[at];
                value += rate * (pull + x[2 * N + k] - value);
                value += c->noise * near_normal(mix(key + (uint64_t)(4 + at) * GOLDEN));
                x[at] = value;
                total += value;
            }
        }
        double brought = 1.0 + c->quality_gain * total * 0.1;
        if (brought > 0.0) p->dose += p->discount * brought;
        p->discount *= c->discount;
        p->met++;
        p->gap = 0;
    } else {
        p->gap++;
        for (int k = 0; k < 4; k++) x[talk_and_will[k]] -= c->missed_week;
    }
    p->surface *= c->surface_decay;
    int cause = how_it_ends(c, p, x, hazard, uniform(mix(key + GOLDEN)), by);
    return cause == 0 && age + 1 == c->planned_weeks ? 8 : cause;
}

/* live: 15 numbers a person; mentees of mentor j stand in `mentees` from indptr[j] on.
   out: end week, cause, who started it, for each person. */
void live_program(const Constants *c, Person *people, double *live, Mentor *mentors,
                  const int64_t *indptr, int64_t *mentees, int64_t m, int64_t horizon,
                  int64_t block, int64_t *out) {
    for (int64_t first = 0; first < m; first += block) {
        int64_t last = first + block < m ? first + block : m;
        for (int64_t week = 0; week < horizon; week++)
            for (int64_t j = first; j < last; j++) {
                Mentor *mentor = mentors + j;
                if (mentor->left_at >= 0) continue;
                int leaves = 0;
                if (week > 0) {
                    mentor->staying *= mentor->stays;
                    leaves = mentor->fate >= mentor->staying;
                    if (leaves) mentor->left_at = week;
                }
                int64_t load = mentor->load, kept = indptr[j], failed = 0;
                for (int64_t at = indptr[j]; at < indptr[j] + load; at++) {
                    int64_t i = mentees[at];
                    int by = 1, cause = 7;
                    if (!leaves)
                        cause = live_week(c, people + i, live + 15 * i, week, load, &by);
                    if (cause == 0) { mentees[kept++] = i; continue; }
                    out[3 * i] = leaves ? week : week + 1;
                    out[3 * i + 1] = cause;
                    out[3 * i + 2] = by;
                    mentor->load--;
                    failed += !leaves && cause < 7;
                }
                if (failed) {
                    mentor->failures += failed;
                    mentor->stays = chance_to_stay(c, mentor->failures);
                }
            }
    }
}
