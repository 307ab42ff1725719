"""The grid: one test a cell. A cell passes when its records are complete and valid, fast or not."""


def test_cell(campaign):
    outcome = campaign.run()
    assert outcome.finished
