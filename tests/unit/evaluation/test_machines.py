"""Machines of other kinds, by faked files: cores, quotas, counters, processors, and what to do about them."""

import math

import pytest

from pytest_aiopt.evaluation.build import compilers
from pytest_aiopt.evaluation.host import cores, findings, load, quota, remedies, topology
from pytest_aiopt.evaluation.host.findings import State
from pytest_aiopt.evaluation.host.machine import cpu_model, instruction_sets
from pytest_aiopt.evaluation.meter import stretches
from pytest_aiopt.evaluation.meter.stretches import Stretches
from pytest_aiopt.model import Pair
from pytest_aiopt.profiling.perf.tool import wanted_package

CPUS = "sys/devices/system/cpu"
PAIR = Pair(0.01, 0.01, True)


@pytest.fixture
def fake(tmp_path):
    """Write files by path below a root of their own; returns the root."""

    def write(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return tmp_path

    return write


# --- kinds of cores ------------------------------------------------------------------------------


def by_core(file, values):
    return {f"{CPUS}/cpu{core}/{file}": f"{value}\n" for core, value in enumerate(values)}


@pytest.mark.parametrize(
    ("files", "slow"),
    [
        ({"sys/devices/cpu_core/cpus": "0-3", "sys/devices/cpu_atom/cpus": "4-7"}, {4, 5, 6, 7}),
        ({"sys/devices/cpu_atom/cpus": "4-5", "sys/devices/cpu_lowpower/cpus": "6,7"}, {4, 5, 6, 7}),
        (by_core("cpu_capacity", [300] * 4 + [900] * 3 + [1024]), {0, 1, 2, 3}),
        (by_core("cpufreq/cpuinfo_max_freq", [5700000] * 4 + [3300000] * 4), {4, 5, 6, 7}),
        (by_core("cpufreq/cpuinfo_max_freq", [5000000, 4900000] * 4), set()),
        (by_core("cpu_capacity", [1024] * 5), set()),
        ({}, set()),
    ],
)
def test_efficiency_cores_are_known(fake, files, slow):
    assert topology.slow_cores(range(8), fake(files)) == slow


def test_cores_of_one_kind_are_not_slow(fake):
    root = fake({"sys/devices/cpu_atom/cpus": "4-7"})
    assert topology.slow_cores([4, 5], root) == set()


def test_timed_runs_get_a_fast_core_whose_hyperthreads_stay_free(monkeypatch):
    monkeypatch.setattr(cores, "usable", lambda: frozenset(range(8)))
    monkeypatch.setattr(topology, "slow_cores", lambda _: frozenset({6, 7}))
    monkeypatch.setattr(topology, "siblings", lambda core: frozenset({core ^ 1}))
    assert (cores.timing_cpu(), cores.others(), cores.kept_free()) == (5, {0, 1, 2, 3, 6, 7}, {4})


def test_two_hyperthreads_of_one_core_are_all_there_is(monkeypatch):
    monkeypatch.setattr(cores, "usable", lambda: frozenset({0, 1}))
    monkeypatch.setattr(topology, "siblings", lambda core: frozenset({core ^ 1}))
    assert (cores.timing_cpu(), cores.others(), cores.kept_free()) == (1, {0}, set())


@pytest.mark.parametrize(("text", "found"), [("0,64", {64}), ("0-1", {1}), ("0", set()), ("", set())])
def test_hyperthreads_of_a_core(fake, text, found):
    root = fake({f"{CPUS}/cpu0/topology/thread_siblings_list": f"{text}\n"})
    assert topology.siblings(0, root) == found


# --- quotas --------------------------------------------------------------------------------------

V2, V1 = "0::/user.slice/job\n", "4:cpu,cpuacct:/docker/1\n0::/\n"
ROOT = "sys/fs/cgroup"


@pytest.mark.parametrize(
    ("files", "allowed", "throttled"),
    [
        (
            {
                "proc/self/cgroup": V2,
                f"{ROOT}/user.slice/job/cpu.max": "max 100000\n",
                f"{ROOT}/user.slice/cpu.max": "150000 100000\n",
                f"{ROOT}/user.slice/cpu.stat": "usage_usec 5\nnr_throttled 7\n",
            },
            1.5,
            7,
        ),
        (
            {"proc/self/cgroup": "0::/\n", f"{ROOT}/cpu.max": "100000 100000\n", f"{ROOT}/cpu.stat": ""},
            1.0,
            0,
        ),
        (
            {
                "proc/self/cgroup": V1,
                f"{ROOT}/cpu,cpuacct/cpu.cfs_quota_us": "50000\n",
                f"{ROOT}/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
                f"{ROOT}/cpu,cpuacct/cpu.stat": "nr_periods 9\nnr_throttled 3\nthrottled_time 4\n",
            },
            0.5,
            3,
        ),
        (
            {
                "proc/self/cgroup": V1,
                f"{ROOT}/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "-1\n",
                f"{ROOT}/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
            },
            math.inf,
            None,
        ),
        ({"proc/self/cgroup": V2, f"{ROOT}/user.slice/job/cpu.max": "max 100000\n"}, math.inf, None),
        ({}, math.inf, None),
    ],
)
def test_the_strictest_quota_counts(fake, files, allowed, throttled):
    root = fake(files)
    assert (quota.processors(root), quota.throttled(root)) == (allowed, throttled)


def test_a_pair_that_a_quota_stopped_is_dropped(monkeypatch):
    counts = iter([4, 4, 5, 5])
    monkeypatch.setattr(stretches.quota, "throttled", lambda: next(counts))
    made = Stretches(0)
    for _ in range(3):
        made.add(PAIR, 0.02, stalled=False)
    assert (made.count, made.dropped) == (2, 1)


# --- counters ------------------------------------------------------------------------------------

LINE = "cpu{} 5 0 5 90 0 0 0 0 0 0\n"


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        (LINE.format(0) + LINE.format(1), True),
        (LINE.format(0), False),
        (LINE.format(0) + "cpu1 0 0 0 0 0 0 0 0 0 0\n", False),
        ("cpu  5 0 5 90 0 0 0 0 0 0\n", False),
        ("cpu0 a b\ncpu1 c\n", False),
        ("", False),
    ],
)
def test_whether_load_can_be_judged(fake, text, counted):
    stat = fake({"stat": text}) / "stat"
    assert load.counted({0, 1}, stat) is counted


def test_without_the_file_it_cannot(tmp_path):
    assert not load.counted({0}, tmp_path / "stat")


# --- processors ----------------------------------------------------------------------------------


def arm(*parts):
    return "\n\n".join(
        f"processor\t: {i}\nCPU implementer\t: 0x41\nCPU part\t: {part}\nCPU revision\t: 1"
        for i, part in enumerate(parts)
    )


def test_processors_without_a_name_differ_by_their_numbers():
    kinds = [
        arm("0xd0c"),
        arm("0xd40"),
        arm("0xd0c", "0xd40"),
        "processor : 0\nmvendorid : 0x489\nmarchid : 0x7",
    ]
    assert len({cpu_model(each) for each in kinds}) == len(kinds)
    assert cpu_model(arm("0xd40", "0xd0c")) == cpu_model(arm("0xd0c", "0xd40", "0xd40"))


@pytest.mark.parametrize(
    ("cpuinfo", "sets"),
    [
        ("flags\t: fpu avx2 bmi2\n\nflags\t: fpu avx2 bmi2\nvmx flags\t: vnmi", "AVX2, BMI2"),
        ("flags\t: avx2 bmi2\n\nflags\t: avx2", "AVX2"),
        ("Features\t: fp asimd", "NEON"),
        ("isa\t: rv64imafdc", ""),
    ],
)
def test_instruction_sets_are_those_that_every_core_has(cpuinfo, sets):
    assert instruction_sets(cpuinfo) == sets


@pytest.mark.parametrize("key", ["model name", "cpu", "uarch"])
def test_a_name_is_used_where_there_is_one(key):
    assert cpu_model(f"processor\t: 0\n{key}\t: Some Chip\nCPU part : 1") == "Some Chip"


# --- tools ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "package"),
    [
        (
            "WARNING: perf not found for kernel 6.8.0-45\n\n  You may need to install the following packages "
            "for this specific kernel:\n    linux-tools-6.8.0-45-generic\n"
            "    linux-cloud-tools-6.8.0-45-generic\n",
            "linux-tools-6.8.0-45-generic",
        ),
        ("WARNING: perf not found for kernel 6.8.0-1015", "linux-tools-9.9-mine"),
        ("E: linux-perf-5.10 is not installed.", "linux-perf-5.10"),
        (
            "/usr/bin/perf: line 13: exec: perf_5.10: not found\nE: linux-perf-5.10 is not installed.",
            "linux-perf-5.10",
        ),
        ("Error:\nAccess to performance monitoring and observability operations is limited.", ""),
    ],
)
def test_a_wrapper_of_perf_names_its_package(said, package):
    assert wanted_package(said, "9.9-mine") == package


@pytest.mark.parametrize("folder", ["conda/bin", "nix/store/abc/bin"])
def test_a_compiler_elsewhere_is_not_visible(tmp_path, folder):
    program = tmp_path / folder / "g++"
    program.parent.mkdir(parents=True)
    program.touch()
    assert "not visible in the sandbox" in compilers.unusable(str(program), ("/usr", "/bin"))
    assert "/usr/bin" in compilers.remedy(str(program))


def test_a_link_out_of_the_visible_folders_is_not_visible(tmp_path):
    (tmp_path / "opt").mkdir()
    (tmp_path / "usr").mkdir()
    (tmp_path / "opt/g++").touch()
    (tmp_path / "usr/g++").symlink_to(tmp_path / "opt/g++")
    (tmp_path / "usr/own").touch()
    shown = (str(tmp_path / "usr"),)
    assert compilers.unusable(str(tmp_path / "usr/g++"), shown)
    assert not compilers.unusable(str(tmp_path / "usr/own"), shown)


@pytest.mark.parametrize("wrapper", ["ccache", "sccache", "distcc"])
def test_wrappers_of_compilers_are_named(tmp_path, wrapper):
    (tmp_path / wrapper).touch()
    (tmp_path / "g++").symlink_to(tmp_path / wrapper)
    assert wrapper in compilers.unusable(str(tmp_path / "g++"), (str(tmp_path),))


@pytest.mark.parametrize(
    ("said", "package"),
    [
        ("/usr/bin/ld: cannot find -lc\ncollect2: error: ld returned 1 exit status", "libc6-dev"),
        ("/usr/bin/ld: cannot find -lc: No such file or directory", "glibc-static"),
        ("/usr/bin/ld: cannot find -lstdc++: No such file", "libstdc++-static"),
        ("ld.lld: error: unable to find library -lm", "libc6-dev"),
        ("/usr/bin/ld: cannot find -lfoo", "libfoo"),
    ],
)
def test_a_missing_library_is_named_by_its_package(said, package):
    assert package in compilers.missing_library(said)


def test_other_faults_of_the_linker_are_no_missing_library():
    assert (
        compilers.missing_library("undefined reference to `f'\ncollect2: error: ld returned 1 exit status")
        == ""
    )


@pytest.mark.parametrize(
    ("said", "files", "word"),
    [
        ("", {}, "apt-get install bubblewrap"),
        ("level 2: bwrap: setting up uid map: Permission denied", {}, "AppArmor"),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", {}, "AppArmor"),
        (
            "bwrap: No permissions to create new namespace",
            {"unprivileged_userns_clone": "0\n"},
            "userns_clone=1",
        ),
        (
            "bwrap: Creating new namespace failed: Operation not permitted",
            {"apparmor_restrict_unprivileged_userns": "1\n"},
            "AppArmor",
        ),
        ("bwrap: Creating new namespace failed: Operation not permitted", {}, "seccomp=unconfined"),
        ("bwrap: Creating new namespace failed: No space left on device", {}, "max_user_namespaces"),
        ("bwrap: Can't mount proc on /newroot/proc: Operation not permitted", {}, "systempaths=unconfined"),
    ],
)
def test_what_refuses_bubblewrap_is_named(fake, said, files, word):
    root = fake({f"proc/sys/kernel/{name}": text for name, text in files.items()})
    assert word in remedies.for_bubblewrap(said, root)


# --- the doctor ----------------------------------------------------------------------------------


def looked_at(monkeypatch, root, usable, cpu):
    monkeypatch.setattr(cores, "usable", lambda: frozenset(usable))
    return {each.name: each for each in findings.of_the_processors("timing", cpu, root)}


def test_the_doctor_names_each_and_its_remedy(monkeypatch, fake):
    root = fake(
        {
            "sys/devices/cpu_atom/cpus": "2-3",
            f"{CPUS}/online": "0-3\n",
            f"{CPUS}/cpu1/topology/core_cpus_list": "0-1\n",
            "proc/self/cgroup": "0::/\n",
            f"{ROOT}/cpu.max": "100000 100000\n",
            f"{ROOT}/cpu.stat": "nr_throttled 5\n",
            "proc/stat": "cpu  1 2 3 4\n",
        }
    )
    found = looked_at(monkeypatch, root, range(4), 1)
    assert set(found) == {"kinds of cores", "hyperthreads", "quota", "load"}
    assert "core 1 is a performance core" in found["kinds of cores"].detail
    assert "taskset -c 0,1" in found["kinds of cores"].remedy
    assert "1 of 4" in found["quota"].detail
    assert {each.state for each in found.values()} == {State.WORSE}
    assert all(each.remedy for each in found.values())


def test_the_doctor_says_nothing_where_nothing_is_special(monkeypatch, fake):
    files = {"proc/stat": "".join(map(LINE.format, range(2))), f"{CPUS}/online": "0-1\n"}
    assert looked_at(monkeypatch, fake(files), range(2), 1) == {}
