# SPDX-License-Identifier: Apache-2.0
"""What a plugin does to its worker, and what must be recorded of it: the rows of docs/reliability.md."""
import dataclasses

# Words of the reason, after "worker killed by".
SIGNALS = {
    "SEGV": "signal 11 (Segmentation fault)", "BUS": "signal 7 (Bus error)",
    "FPE": "signal 8 (Floating point exception)", "ILL": "signal 4 (Illegal instruction)",
    "ABRT": "signal 6 (Aborted)", "TRAP": "signal 5 (Trace/breakpoint trap)",
    "SYS": "signal 31 (Bad system call)", "PIPE": "signal 13 (Broken pipe)",
    "KILL": "signal 9 (Killed)", "TERM": "signal 15 (Terminated)",
}
PLACES = ("load", "open", "prepare", "enqueue", "wait", "teardown")
SECONDS = 5  # --hang-after of those that hang: far above what a busy machine takes to start a worker


@dataclasses.dataclass(frozen=True)
class Fault:
    """One run: two cases, three passes; the fault comes in the second, in the case with 32 rows.

    `lost`: how many of the six records must have failed; `skipped` likewise. `word` must stand in
    their reasons, or, when none is lost, in a warning of a record (unless it is empty).
    """
    what: str
    where: str
    word: str = ""
    lost: int = 0
    skipped: int = 0
    once: bool = False
    passes: str = ""       # ASSAY_FAULT_PASSES
    phase: str = ""        # of the outcome
    hangs: bool = False
    passes_run: int = 3
    refused: bool = False  # exit 1 before anything is measured, no file

    @property
    def name(self):
        return f"{self.what}@{self.where}"


def phase_of(where):
    return where if where in ("load", "open") else "prepare"


def lost_at(where):
    """A death before the first case costs the pass, one in a case that case, a later one nothing."""
    return {"load": 2, "open": 2, "teardown": 0, "exit": 0}.get(where, 1)


def fatal(what, where, word, **more):
    lost = lost_at(where)
    return Fault(what, where, word, lost=lost, phase=phase_of(where) if lost else "", **more)


def all_faults():
    for signal, words in SIGNALS.items():
        for where in PLACES:
            yield fatal(signal, where, f"worker killed by {words}")
    for where in ("load", "enqueue", "teardown"):
        yield fatal("exit-0", where, "worker left without saying so")
    yield fatal("exit-7", "enqueue", "worker exit code 7")
    yield fatal("_exit", "enqueue", "worker left without saying so")
    yield fatal("abort", "enqueue", "worker killed by signal 6 (Aborted)")
    for where in ("open", "prepare", "enqueue"):
        yield fatal("throw", where, "an exception across the boundary")
    for where in PLACES + ("exit",):
        yield fatal("hang", where, f"worker hung: silent for {SECONDS} s", hangs=True)
    yield fatal("hang-deaf", "enqueue", f"worker hung: silent for {SECONDS} s", hangs=True)
    yield fatal("SEGV", "exit", "worker killed by signal 11 (Segmentation fault)")
    yield fatal("abort", "exit", "worker killed by signal 6 (Aborted)")
    yield fatal("stack", "enqueue", "worker killed by signal 11 (Segmentation fault)")
    yield fatal("memory", "enqueue", "worker killed by signal 6 (Aborted)")
    for where in ("open", "prepare", "enqueue", "wait"):
        yield fatal("lost", where, "the device is gone")
    yield Fault("flood-stdout", "enqueue", once=True)
    yield Fault("flood-stderr", "enqueue", once=True)
    yield Fault("flood-and-crash", "enqueue", "measured at the second try, after: worker killed by",
                once=True)
    yield Fault("forks", "enqueue", once=True)
    yield Fault("orphan-in-group", "enqueue", once=True)
    yield Fault("orphan-outside", "enqueue", once=True)
    yield fatal("orphan-and-crash", "enqueue", "worker killed by signal 11 (Segmentation fault)")
    yield fatal("daemon-and-crash", "enqueue", "worker killed by signal 11 (Segmentation fault)")
    yield Fault("handlers", "prepare", "the plugin changed signal handlers", once=True)
    yield Fault("locale", "prepare", "the plugin changed the locale", once=True)
    yield Fault("rounding", "prepare", "the plugin changed the floating-point mode", once=True)
    yield Fault("flush-to-zero", "prepare", "the plugin changed the floating-point mode", once=True)
    yield Fault("folder", "prepare", "the plugin changed the folder", once=True)
    yield Fault("umask", "prepare", "the plugin changed the umask", once=True)
    yield Fault("descriptors", "enqueue", "worker lost its channel", lost=1, phase="warm-up")
    yield fatal("garbage", "enqueue", "worker: ")
    yield fatal("false-report", "enqueue", "worker: ")
    yield fatal("unknown-message", "enqueue", "worker: unknown message 'surrender'")
    yield fatal("half-message", "enqueue", "worker left without saying so")
    yield Fault("SEGV", "enqueue", "measured at the second try, after: worker killed by signal 11",
                once=True)
    yield Fault("KILL", "open", "pass went on in a new process", once=True)
    yield Fault("SEGV", "open", "worker killed by signal 11", lost=6, skipped=4, passes="all",
                phase="open", passes_run=5)
    yield Fault("SEGV", "load", "worker killed by signal 11", passes="always", refused=True)
    yield Fault("hang", "load", f"worker hung: silent for {SECONDS} s", passes="always", hangs=True,
                refused=True)
