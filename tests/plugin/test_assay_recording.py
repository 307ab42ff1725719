"""The recorded assay shows that knowing the workload pays; what it says follows from its journals."""

from pathlib import Path

from pytest_aiopt.cli.main import main

RECORDING = Path(__file__).parents[2] / "results" / "assay.tar.xz"
CELLS = 100


def test_who_knows_the_workload_is_faster(pytester, capsys):
    results = ["--results", str(pytester.path / "results")]
    assert main(["records", "import", str(RECORDING), *results]) == 0
    assert main(["verify", *results]) == 0
    capsys.readouterr()
    assert main(["report", *results, "--format", "contrasts"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"W - B all tasks {CELLS // 2} v {CELLS // 2} 1.053 1.012-1.092" in said
    assert "both with model rewriter-strong and feedback none: faster" in said
