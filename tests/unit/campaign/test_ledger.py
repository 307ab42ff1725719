"""Budgets: spending read from journals, reservations of parallel cells, an end that can be resumed."""

import datetime
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_aiopt.campaign.ledger import Account, Ledger, tokens_of
from pytest_aiopt.errors import BudgetReached, DesignError
from pytest_aiopt.journal.events import Asked, Opened, Paused, Proposed
from pytest_aiopt.journal.journal import Journal
from pytest_aiopt.model import Cell, Completion, Feedback, PauseReason, Prompt, Track, Usage
from pytest_aiopt.models.base import ModelSpec
from pytest_aiopt.models.budget import Allowance, Budget, Spending, shortage
from pytest_aiopt.models.prices import Price, Prices, load

SPEC = ModelSpec("http://h/v1#m", max_tokens=100)
PRICES = Prices(datetime.date(2026, 11, 24), "USD", {"m": Price(2.0, 10.0)})
PROMPT = Prompt("s" * 300, "u" * 300)  # 200 tokens by its length
NEEDS = 300
COUNTED, UNLIMITED = Usage(200, 50), Budget()
AN_HOUR = 3600.0


def opened(model=SPEC.spec):
    return Opened(Cell("t", "A", 1), Track("A", "m", Feedback.NONE), model, "s", 9, "", {}, {})


def proposed(step, usage=COUNTED, text="x" * 30):
    return Proposed(step, "p", PROMPT, {}, step, Completion(text, "stop", "m", usage))


@pytest.fixture
def cell(tmp_path):
    made = []

    def cell(number=1, budget=UNLIMITED, prices=PRICES):
        journal = Journal(tmp_path / "study" / "task" / "A" / f"seed_{number}" / "journal.jsonl")
        made.append(journal)
        if not journal.events:
            journal.append(opened())
        return Ledger(journal, tmp_path / "study", SPEC, budget, prices)

    yield cell
    for journal in made:
        journal.close()


def call(ledger, step, **reply):
    ledger.reserve(step, PROMPT, step)
    ledger.journal.append(proposed(step, **reply))


def budget(**limits):
    return Budget(cell=Allowance(**limits))


def test_tokens_are_counted_as_the_endpoint_counts_them_and_money_follows(cell):
    ledger = cell()
    call(ledger, 1)
    call(ledger, 2, usage=Usage(1000, 500))
    spent = ledger.spending()
    assert (spent.calls, spent.prompt_tokens, spent.completion_tokens) == (2, 1200, 550)
    assert spent.money == pytest.approx((1200 * 2 + 550 * 10) / 1e6)
    assert (spent.lost, spent.estimated) == (0, 0)


def test_replies_without_a_count_are_estimated_by_their_length_and_said_to_be(cell):
    ledger = cell()
    call(ledger, 1, usage=Usage())
    spent = ledger.spending()
    assert (spent.prompt_tokens, spent.completion_tokens, spent.estimated) == (200, 10, 1)


def test_the_embedded_models_spend_nothing():
    account = Account(PRICES)
    for event in (opened("rewriter-local"), proposed(1)):
        account.book(event)
    assert account.spent == Spending()


def test_a_call_fits_as_long_as_its_most_fits(cell):
    ledger = cell(budget=budget(tokens=250 + NEEDS))
    call(ledger, 1)
    call(ledger, 2)  # 250 used, 300 needed: exactly the limit
    with pytest.raises(BudgetReached, match=r"budget.cell.tokens 550: 500 used, the next call may take 300"):
        ledger.reserve(3, PROMPT, 3)


def test_money_and_wall_time_end_a_cell_too(cell):
    rich = cell(1, budget(money=0.002))
    call(rich, 1)  # 0.0009 USD, and at most 0.0014 for the next
    with pytest.raises(
        BudgetReached, match=r"budget.cell.money 0.002: 0.0009 used, the next call may take 0.0014"
    ):
        rich.reserve(2, PROMPT, 2)
    slow = cell(2, budget(wall_s=AN_HOUR))
    slow.reserve(1, PROMPT, 1)
    slow.journal._opened -= AN_HOUR
    with pytest.raises(BudgetReached, match=r"budget.cell.wall_s 3600: .*--aiopt-budget cell.wall_s=N"):
        slow.reserve(1, PROMPT, 1)


def test_wall_time_goes_on_where_the_last_session_stopped(tmp_path):
    path = tmp_path / "study" / "task" / "A" / "seed_9" / "journal.jsonl"
    journal = Journal(path)
    journal._opened -= 100.0
    journal.append(opened())
    journal.close()
    again = Journal(path)
    assert 100.0 <= again.ran < 101.0
    again.close()


def test_a_call_cut_off_in_flight_counts_at_its_most_as_it_may_have_been_charged(cell):
    ledger = cell()
    ledger.reserve(1, PROMPT, 1)
    assert (ledger.spending().lost, ledger.spending().used()["tokens"]) == (1, NEEDS)
    call(ledger, 1)
    assert (ledger.spending().lost, ledger.spending().used()["tokens"]) == (1, NEEDS + 250)


def test_a_call_that_the_endpoint_refused_costs_nothing(cell):
    ledger = cell()
    ledger.reserve(1, PROMPT, 1)
    ledger.journal.append(Paused(1, PauseReason.ENDPOINT, "gone"))
    assert ledger.spending().used() | {"wall_s": 0} == {"tokens": 0, "money": 0, "wall_s": 0}


def test_a_study_counts_all_its_cells_and_what_is_in_flight_elsewhere(cell):
    limit = Budget(study=Allowance(tokens=250 + 2 * NEEDS))
    one, two = cell(1, limit), cell(2, limit)
    call(one, 1)
    one.reserve(2, PROMPT, 2)
    two.reserve(1, PROMPT, 1)
    with pytest.raises(BudgetReached, match=r"budget.study.tokens 850: 850 used"):
        cell(3, limit).reserve(1, PROMPT, 1)
    one.journal.append(proposed(2))
    with pytest.raises(BudgetReached, match="800 used"):
        cell(4, limit).reserve(1, PROMPT, 1)
    assert cell(5, Budget(study=Allowance(tokens=1100))).reserve(1, PROMPT, 1)


def test_parallel_cells_never_take_more_than_the_study_has(cell):
    limit = Budget(study=Allowance(tokens=10 * NEEDS))
    ledgers, granted = [cell(number, limit) for number in range(4)], []

    def work(ledger):
        for step in range(1, 9):
            try:
                ledger.reserve(step, PROMPT, step)
            except BudgetReached:
                return
            granted.append(step)
            ledger.journal.append(proposed(step, usage=Usage(200, 100)))

    threads = [threading.Thread(target=work, args=(ledger,)) for ledger in ledgers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 10


def test_a_reservation_is_on_record_before_the_call(cell):
    ledger = cell()
    asked = ledger.reserve(1, PROMPT, 7)
    assert ledger.journal.events[-1] == asked == Asked(1, PROMPT.sha, 7, NEEDS, pytest.approx(0.0014))
    assert tokens_of(PROMPT) == 200


limits = st.none() | st.integers(1, 10**6)


@given(st.integers(0, 10**6), st.integers(0, 10**6), limits)
def test_no_limit_of_tokens_is_ever_passed(used, needed, limit):
    problem = shortage(Spending(prompt_tokens=used), Allowance(tokens=limit), needed, None)
    assert (problem is None) == (limit is None or used + needed <= limit)


@given(st.lists(st.builds(Spending, calls=st.integers(0, 9), money=st.floats(0, 9), lost=st.integers(0, 9))))
def test_spending_adds_up(parts):
    total = sum(parts, Spending())
    assert total.calls == sum(p.calls for p in parts)
    assert total.money == pytest.approx(sum(p.money for p in parts))


@pytest.mark.parametrize(
    "word", ["tokens=5", "cell.token=5", "cell.tokens=x", "cell.tokens=0", "run.money=1", ""]
)
def test_a_budget_that_means_nothing_is_refused(word):
    with pytest.raises(DesignError, match="budget"):
        Budget().changed(word)


def test_a_budget_is_changed_one_limit_at_a_time():
    changed = Budget(cell=Allowance(tokens=5)).changed("study.money=2.5").changed("cell.tokens=9")
    assert changed == Budget(cell=Allowance(tokens=9), study=Allowance(money=2.5))


def test_the_price_table_says_where_it_is_wrong(tmp_path):
    path = tmp_path / "prices.toml"
    assert load(path) is None
    path.write_text('date = 2026-11-24\n[models."gpt-x"]\nprompt = 1.25\ncompletion = 10\n')
    found = load(path)
    assert found.find("openai:gpt-x").of(1000, 100) == pytest.approx(0.00225)
    assert found.find("http://h/v1#gpt-x") == found.find("openai:gpt-x")
    assert found.find("openai:gpt-y") is None
    for text in (
        "prompt = 1",
        'date = "soon"',
        "date = 2026-11-24\n[models.m]\nprompt = -1\ncompletion = 1\n",
    ):
        path.write_text(text)
        with pytest.raises(DesignError, match=r"prices.toml"):
            load(path)


def test_the_shipped_price_table_is_readable():
    from pathlib import Path

    assert load(Path(__file__).parents[3] / "experiments" / "prices.toml").models == {}
