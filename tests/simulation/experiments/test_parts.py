"""Parts on disk: whole or not there, found again, and damage is said."""

import numpy as np
import pytest

from mentorlab.errors import OptionError, ReadError, WriteError
from mentorlab.simulation import PoolGenerator, compare_policies
from mentorlab.simulation.experiments import PartStore

POLICIES = ["random", "mentee_proposing"]


def compare(**options):
    return compare_policies(PoolGenerator(20, 15), POLICIES, n_runs=8, seed=5, **options)


def test_a_part_comes_back_as_it_was(tmp_path):
    store = PartStore(tmp_path / "parts")
    block = compare().blocks[0]
    store.save("ab" * 32, block)
    back = store.load("ab" * 32)
    assert back.task == block.task
    assert back.failures == block.failures
    for name, values in block.arrays().items():
        assert back.arrays()[name].dtype == values.dtype
        np.testing.assert_array_equal(back.arrays()[name], values)


def test_a_failure_is_kept(tmp_path):
    def broken(market, rng):
        raise ValueError("no idea")

    store = PartStore(tmp_path)
    options = {"n_runs": 2, "seed": 1, "parts": store}
    policies = {"random": "random", "broken": broken}
    first, again = (compare_policies(PoolGenerator(9, 9), policies, **options) for _ in range(2))
    assert first.failed.equals(again.failed)
    assert "no idea" in again.failed["message"].iloc[0]


def test_work_that_was_cut_off_goes_on(tmp_path):
    store, asked = PartStore(tmp_path), []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    compare(parts=store, cancelled=cancelled, n_workers=1)
    done = store.n_parts
    assert 0 < done < 8
    resumed = compare(parts=store)
    assert store.n_parts == 8
    assert resumed.digests == compare().digests


def test_finished_parts_are_not_computed_again(tmp_path):
    store = PartStore(tmp_path)
    first = compare(parts=store)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    again = compare(parts=store)
    assert again.digests == first.digests
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times


def test_a_damaged_part_is_named(tmp_path):
    store = PartStore(tmp_path)
    compare(parts=store)
    next(tmp_path.glob("*.parquet")).write_bytes(b"half a file")
    with pytest.raises(ReadError, match=r"is damaged .* Delete it"):
        compare(parts=store)


def test_nothing_half_written_is_left(tmp_path, monkeypatch):
    import pyarrow.parquet as pq

    def full(table, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(WriteError, match="No space left"):
        compare(parts=PartStore(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(WriteError, match="can't be made"):
        PartStore(tmp_path / "taken")


def test_a_key_is_a_hash(tmp_path):
    with pytest.raises(OptionError, match=r"hash in hex; got '\.\./up'"):
        PartStore(tmp_path).load("../up")
