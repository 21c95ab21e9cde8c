// Two columns of people on a canvas: draws what Python placed, moves about in it, says it in words.

const PAPER = "#ffffff", INK = "#222222", QUIET = "#595959", FAINT = "#c8c8c8";
const TOP = 34, BOTTOM = 12, HEIGHT = 540, LENGTH = HEIGHT - TOP - BOTTOM;
const DOT = 3.2, NEAR = 12, LINE = 12, MOST_ZOOM = 400, TOLD = 12;
const FONT = "11px system-ui, sans-serif";
const HELP = "Up and Down: next person. Left and Right: across a tie. + and -: zoom. "
  + "Page Up and Page Down: move. 0: whole picture. Escape: nobody.";

function element(tag, parent, properties = {}, attributes = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.appendChild(made);
  return made;
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class View {
  constructor(model, el) {
    this.model = model;
    this.zoom = 1;
    this.shift = 0; // of the stretched columns, in pixels
    this.chosen = null; // [side, place]
    this.under = null;
    this.build(el);
    this.read();
    this.listen();
    this.seen = new ResizeObserver(() => this.draw());
    this.seen.observe(this.canvas);
  }

  build(el) {
    const root = element("div", el, { className: "mentorlab-canvas" });
    root.style.cssText = `background:${PAPER};color:${INK};padding:6px 8px;line-height:1.4;`
      + "font:13px system-ui,sans-serif;max-width:900px;box-sizing:border-box";
    const bar = element("div", root);
    bar.style.cssText = "display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center";
    this.legend = element("div", bar, { className: "mentorlab-legend" });
    this.legend.style.cssText = "display:flex;flex-wrap:wrap;gap:2px 12px;flex:1";
    this.find = element("input", bar, { type: "search", placeholder: "find" },
      { "aria-label": "Find a person", "data-lm-suppress-shortcuts": "true" });
    this.find.style.cssText = "width:9em";
    for (const [text, label, act] of [
      ["+", "Zoom in", () => this.stretch(1.6)],
      ["−", "Zoom out", () => this.stretch(1 / 1.6)],
      ["whole", "Show the whole picture", () => this.whole()],
    ]) {
      const button = element("button", bar, { textContent: text, onclick: act },
        { type: "button", "aria-label": label, title: label });
      button.style.cssText = "min-width:2.2em";
    }
    this.canvas = element("canvas", root, { tabIndex: 0 },
      { role: "application", "data-lm-suppress-shortcuts": "true" });
    this.canvas.style.cssText =
      `display:block;width:100%;height:${HEIGHT}px;margin:5px 0;touch-action:pan-y;cursor:crosshair`;
    this.said = element("div", root, { className: "mentorlab-said" },
      { role: "status", "aria-live": "polite" });
    this.said.style.cssText = "min-height:2.8em";
    this.caption = element("div", root, { className: "mentorlab-caption" });
    this.caption.style.color = QUIET;
  }

  read() {
    const scene = this.model.get("scene");
    this.scene = scene;
    this.partners = scene.sides.map(side => side.y.map(() => []));
    for (const [a, b] of scene.ties) {
      this.partners[0][a].push(b);
      this.partners[1][b].push(a);
    }
    for (const side of this.partners) for (const list of side) list.sort((a, b) => b - a);
    this.find.style.display = scene.named ? "" : "none";
    this.canvas.setAttribute("aria-label", `${scene.alt} ${HELP}`);
    this.caption.textContent = scene.caption;
    this.legend.replaceChildren();
    if (scene.about) element("strong", this.legend, { textContent: scene.about });
    for (const [name, color, n] of scene.legend) this.explain(name, color, n);
    this.under = null;
    this.follow();
    this.leave();
  }

  leave() { // who has left, and what that ends
    const { gone, alone } = this.model.get("left");
    this.legend.querySelectorAll(".mentorlab-left").forEach(entry => entry.remove());
    if (gone.length) this.explain("left", FAINT, gone.length).className = "mentorlab-left";
    if (alone.length) {
      this.explain("left alone", this.scene.leaves, alone.length).className = "mentorlab-left";
    }
    this.tell();
    this.draw();
  }

  explain(name, color, n) {
    const entry = element("span", this.legend);
    const dot = element("span", entry, {}, { "aria-hidden": "true" });
    dot.style.cssText = "display:inline-block;width:.7em;height:.7em;border-radius:50%;"
      + `margin-right:.35em;background:${color}`;
    entry.append(`${name} (${n.toLocaleString("en")})`);
    return entry;
  }

  follow() { // who is chosen, from either side
    const chosen = this.model.get("chosen");
    this.chosen = chosen.length === 2 ? chosen : null;
    this.tell();
    this.draw();
  }

  listen() {
    this.model.on("change:scene", () => this.read());
    this.model.on("change:left", () => this.leave());
    this.model.on("change:chosen", () => this.follow());
    const canvas = this.canvas;
    canvas.addEventListener("keydown", event => this.key(event));
    canvas.addEventListener("wheel", event => {
      if (document.activeElement !== canvas && !event.ctrlKey) return; // the page scrolls
      event.preventDefault();
      this.stretch(Math.exp(-event.deltaY / 300), event.offsetY);
    }, { passive: false });
    let from = null, moved = false;
    canvas.addEventListener("pointerdown", event => {
      from = event.offsetY;
      moved = false;
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", event => {
      if (from === null) return this.hover(this.nearest(event.offsetX, event.offsetY));
      if (Math.abs(event.offsetY - from) < 3 && !moved) return;
      moved = true;
      this.move(event.offsetY - from);
      from = event.offsetY;
    });
    canvas.addEventListener("pointerup", event => {
      if (!moved) this.choose(this.nearest(event.offsetX, event.offsetY));
      from = null;
    });
    canvas.addEventListener("pointerleave", () => this.hover(null));
    this.find.addEventListener("input", () => this.search(this.find.value.trim()));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      ArrowUp: () => this.step(1),
      ArrowDown: () => this.step(-1),
      ArrowLeft: () => this.across(0),
      ArrowRight: () => this.across(1),
      "+": () => this.stretch(1.6),
      "=": () => this.stretch(1.6),
      "-": () => this.stretch(1 / 1.6),
      0: () => this.whole(),
      PageUp: () => this.move(HEIGHT / 2),
      PageDown: () => this.move(-HEIGHT / 2),
      Escape: () => this.choose(null),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  step(by) {
    const [side, place] = this.chosen ?? [this.scene.sides[0].y.length ? 0 : 1, null];
    const last = this.scene.sides[side].y.length - 1;
    if (last < 0) return;
    this.choose([side, place === null ? (by > 0 ? 0 : last) : clamp(place + by, 0, last)], true);
  }

  across(to) {
    if (!this.chosen) return this.step(-1);
    const [side, place] = this.chosen;
    if (side !== to && this.partners[side][place].length) {
      this.choose([to, this.partners[side][place][0]], true);
    }
  }

  search(text) {
    if (!text) return this.choose(null);
    const wanted = text.toLowerCase();
    let best = null;
    this.scene.sides.forEach((side, s) => side.name.forEach((name, i) => {
      const own = name.toLowerCase();
      const rank = own === wanted ? 0 : own.startsWith(wanted) ? 1 : 2;
      if (rank < 2 && (!best || rank < best[0])) best = [rank, s, i];
    }));
    if (best) return this.choose(best.slice(1), true);
    this.choose(null);
    this.said.textContent = `nobody shown here has an id that begins with ${text}`;
  }

  choose(who, bring = false) {
    this.chosen = who;
    this.model.set("chosen", who ?? []);
    this.model.save_changes();
    if (who && bring) {
      const y = this.y(...who);
      this.shift += Math.max(TOP - y, 0) - Math.max(y - HEIGHT + BOTTOM, 0);
      this.keep();
    }
    this.tell();
    this.draw();
  }

  hover(who) {
    if (String(who) === String(this.under)) return;
    this.under = who;
    this.tell();
    this.draw();
  }

  stretch(by, at = this.chosen ? this.y(...this.chosen) : HEIGHT / 2) { // `at` keeps its place
    const before = this.zoom;
    this.zoom = clamp(before * by, 1, MOST_ZOOM);
    this.shift = at - TOP - (at - TOP - this.shift) * this.zoom / before;
    this.keep();
    this.draw();
  }

  move(by) {
    this.shift += by;
    this.keep();
    this.draw();
  }

  whole() {
    this.zoom = 1;
    this.shift = 0;
    this.draw();
  }

  keep() {
    this.shift = clamp(this.shift, LENGTH * (1 - this.zoom), 0);
  }

  x(side) {
    const width = this.canvas.clientWidth;
    return side === 0 ? width * 0.22 : width * 0.78;
  }

  y(side, place) {
    return TOP + this.shift + (1 - this.scene.sides[side].y[place]) * LENGTH * this.zoom;
  }

  radius(side, place) {
    const tallest = Math.max(...this.scene.sides.map(s => s.y.length));
    const room = LENGTH * this.zoom / Math.max(tallest, 1);
    return clamp(room / 2, 1.3, DOT) * Math.sqrt(this.scene.sides[side].area[place]);
  }

  nearest(x, y) {
    let best = null, least = NEAR;
    this.scene.sides.forEach((side, s) => {
      if (Math.abs(x - this.x(s)) > 90) return; // the name beside a dot counts too
      side.y.forEach((_, i) => {
        const apart = Math.abs(y - this.y(s, i));
        if (apart < least) [least, best] = [apart, [s, i]];
      });
    });
    return best;
  }

  words(who) {
    const [side, place] = who;
    const own = this.scene.sides[side], other = this.scene.sides[1 - side];
    const tied = this.partners[side][place];
    const left = this.model.get("left");
    const marks = [];
    if (side === 0 && left.gone.includes(place)) marks.push("left");
    if (side === 1 && left.alone.includes(place)) marks.push("left alone");
    if (this.scene.about) marks.push(`${this.scene.about} ${this.scene.legend[own.entry[place]][0]}`);
    const noun = side === 0 ? "mentee" : "mentor";
    const names = tied.slice(0, TOLD).map(i => other.name[i]).join(", ");
    const more = tied.length > TOLD ? ` and ${tied.length - TOLD} more` : "";
    const n = `${tied.length || "no"} ${noun}${tied.length === 1 ? "" : "s"}`;
    const kind = side === 0 ? "Mentor" : "Mentee";
    const what = this.scene.named ? `${kind} ${own.name[place]}` : own.name[place];
    return [what, ...marks].join(", ") + `: ${n}${names ? ` (${names}${more})` : ""}`;
  }

  tell() {
    const who = this.under ?? this.chosen;
    this.said.textContent = who ? this.words(who) : "Point at somebody, or use the arrow keys.";
  }

  draw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
  }

  paint() {
    const canvas = this.canvas, scale = window.devicePixelRatio || 1;
    const width = canvas.clientWidth;
    if (!width) return;
    canvas.width = width * scale;
    canvas.height = HEIGHT * scale;
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, width, HEIGHT);
    const left = this.model.get("left");
    const gone = new Set(left.gone), alone = new Set(left.alone);
    const who = this.under ?? this.chosen;
    this.strands(pen, who, gone);
    this.dots(pen, who, gone, alone);
    this.heads(pen, width);
    canvas.dataset.drawn = `${this.scene.sides[0].y.length}+${this.scene.sides[1].y.length}`;
  }

  heads(pen, width) { // above the columns, whatever is zoomed in
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, width, TOP - 10);
    pen.fillStyle = INK;
    pen.font = `bold ${FONT}`;
    pen.textAlign = "center";
    this.scene.heads.forEach((head, side) => pen.fillText(head, this.x(side), 11));
  }

  strands(pen, who, gone) {
    const ties = this.scene.ties, left = this.x(0), right = this.x(1);
    const faint = clamp(60 / Math.max(ties.length, 1), 0.08, 0.6);
    const n = who ? this.partners[who[0]][who[1]].length : 1;
    const layers = [
      [tie => !gone.has(tie[0]), QUIET, who ? faint / 2 : faint, 0.8],
      [tie => gone.has(tie[0]), this.scene.leaves, Math.min(4 * faint, 0.8), 0.8],
      [tie => who && tie[who[0]] === who[1], INK, clamp(20 / n, 0.25, 0.9), 1.4],
    ];
    for (const [belongs, color, alpha, wide] of layers) {
      pen.globalAlpha = alpha;
      pen.strokeStyle = color;
      pen.lineWidth = wide;
      for (const tie of ties) { // one stroke each, so that strands that cross add up
        if (!belongs(tie)) continue;
        const from = this.y(0, tie[0]), to = this.y(1, tie[1]);
        if (Math.max(from, to) < 0 || Math.min(from, to) > HEIGHT) continue;
        pen.beginPath();
        pen.moveTo(left, from);
        pen.lineTo(right, to);
        pen.stroke();
      }
    }
    pen.globalAlpha = 1;
  }

  dots(pen, who, gone, alone) {
    const tied = new Set(who ? this.partners[who[0]][who[1]] : []);
    this.scene.sides.forEach((side, s) => {
      const x = this.x(s);
      const meant = i => who && (s === who[0] ? i === who[1] : tied.has(i));
      this.names(pen, s, meant, who);
      for (let i = 0; i < side.y.length; i++) {
        const y = this.y(s, i), r = this.radius(s, i);
        if (y < -r || y > HEIGHT + r) continue;
        const left = s === 0 && gone.has(i), lost = s === 1 && alone.has(i);
        pen.globalAlpha = who && !meant(i) ? 0.45 : 1;
        pen.fillStyle = left ? FAINT : lost ? this.scene.leaves : this.scene.legend[side.entry[i]][1];
        pen.beginPath();
        pen.arc(x, y, meant(i) ? r + 1.2 : r, 0, 2 * Math.PI);
        pen.fill();
        if (this.chosen && this.chosen[0] === s && this.chosen[1] === i) {
          pen.strokeStyle = INK;
          pen.lineWidth = 1.5;
          pen.stroke();
        }
      }
      pen.globalAlpha = 1;
    });
  }

  names(pen, s, meant, who) { // of those meant, or of all where they fit
    const side = this.scene.sides[s], written = [];
    const everybody = !who && !this.tight(s);
    pen.font = FONT;
    pen.fillStyle = who ? INK : QUIET;
    pen.textBaseline = "middle";
    pen.textAlign = s === 0 ? "right" : "left";
    for (let i = 0; i < side.y.length; i++) {
      const y = this.y(s, i);
      if (!(everybody || meant(i)) || y < 0 || y > HEIGHT) continue;
      if (written.length && written[written.length - 1] - y < LINE) continue;
      written.push(y);
      pen.fillText(side.name[i], this.x(s) + (s === 0 ? -1 : 1) * (2 * DOT + 5), y);
    }
  }

  tight(side) {
    const n = this.scene.sides[side].y.length;
    return n > 1 && LENGTH * this.zoom / (n - 1) < LINE;
  }

  close() {
    this.seen.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.close();
  },
};
