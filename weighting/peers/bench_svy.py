"""bench_svy.py CSV OUT - times svy on the tasks it has in common with the others."""
import sys
import time

import polars as pl
import svy

path, out = sys.argv[1:3]
rows = int("".join(c for c in path.rsplit("/", 1)[-1] if c.isdigit()))


def peak():
    with open("/proc/self/status") as f:
        return next(int(line.split()[1]) // 1024 for line in f if line.startswith("VmHWM"))


def timed(task, work, check=lambda r: ""):
    began = time.perf_counter()
    result = work()
    took = time.perf_counter() - began
    with open(out, "a") as f:
        f.write(f"svy,{task},{rows},{took:.3f},{peak()},{check(result)}\n")
    return result


data = timed("read", lambda: pl.read_csv(path))
sample = timed("design", lambda: svy.Sample(data, svy.Design(stratum="stratum", psu="psu", wgt="w")))
items = [f"b{j}" for j in range(1, 11)]


def first(name):
    def check(r):
        table = (r[0] if isinstance(r, list) else r).to_polars()
        return f"{name}={table['est'][0]:.12g} se={table['se'][0]:.12g}"
    return check


timed("mean", lambda: [sample.estimation.mean(b) for b in items], first("b1"))
timed("by", lambda: sample.estimation.mean("b1", by=["region", "sex"]), first("first"))
