from __future__ import annotations

import pytest

from pytest_aiopt.cpp.syntax import Program, field, text
from pytest_aiopt.rewriter.program.inference import type_of

SOURCE = """\
struct Wheel { double width; std::vector<int> spokes; };
struct Car {
    std::map<std::string, std::unique_ptr<Wheel>> wheels;
    Wheel* spare;
    char plate[8];
    unsigned seats() const { return 4; }
};
Wheel make_wheel(int n);
Given given(std::uint64_t big) { return Given(); }
void drive(Car& car, const std::vector<Car>& fleet, std::uint64_t distance, int n) {
    for (const auto& pair : car.wheels) {
        for (auto spoke : pair.second->spokes) {
            use = EXPRESSION;
        }
    }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("spoke", "int"),
        ("pair.first", "std::string"),
        ("pair.second", "std::unique_ptr<Wheel>"),
        ("*pair.second", "Wheel"),
        ("pair.second->width", "double"),
        ("car.spare->spokes[2]", "int"),
        ("car.plate[1]", "char"),
        ("car.seats()", "unsigned"),
        ("fleet[0].wheels", "std::map<std::string,std::unique_ptr<Wheel>>"),
        ("fleet.size()", "std::size_t"),
        ("fleet.back().spare", "Wheel*"),
        ("distance + n", "std::uint64_t"),
        ("n * 0.5", "double"),
        ("n < 3", "bool"),
        ("static_cast<float>(n)", "float"),
        ("std::make_unique<Wheel>()", "std::unique_ptr<Wheel>"),
        ("given(1)", "Given"),
        ("given(1).size", "int"),
        ("unknown", None),
        ("unknown.size()", None),
        ("unknown(n)", None),
    ],
)
def test_types_of_expressions(expression: str, expected: str | None) -> None:
    program = Program(SOURCE.replace("EXPRESSION", expression), "struct Given { int size; };")
    (assigned,) = (n for n in program.all("assignment_expression") if text(field(n, "left")) == "use")
    assert type_of(program, field(assigned, "right")) == expected
