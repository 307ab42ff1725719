"""Families of rewrites, mapped to the eight methodologies of SysGPT (Park et al., OSDI 2025).

SysGPT excludes new algorithms and changes of a few tokens; their families have no methodology.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Methodology(StrEnum):
    """The eight methodologies; ``codes`` are their labels in the codebook of mutations."""

    BATCHING = "batching"
    CACHING = "caching"
    PRECOMPUTING = "precomputing"
    DEFERRING = "deferring"
    RELAXATION = "relaxation"
    CONTEXTUALIZATION = "contextualization"
    HARDWARE = "hardware specialization"
    LAYERING = "layering"

    @property
    def codes(self) -> frozenset[str]:
        """The labels of rewrites of this methodology."""
        return _CODES[self]


_CODES = {
    Methodology.BATCHING: frozenset({"B"}),
    Methodology.CACHING: frozenset({"C"}),
    Methodology.PRECOMPUTING: frozenset({"P"}),
    Methodology.DEFERRING: frozenset({"D"}),
    Methodology.RELAXATION: frozenset({"R"}),
    Methodology.CONTEXTUALIZATION: frozenset({"X"}),
    Methodology.HARDWARE: frozenset({"H"}),
    Methodology.LAYERING: frozenset({"L1", "L2", "L3"}),
}
OUTSIDE = frozenset({"ALG", "LLM-micro"})
"""The labels outside SysGPT's methodologies."""


@dataclass(frozen=True, slots=True)
class Family:
    """Rewrites with a common idea. ``methodology``: None outside SysGPT's methodologies."""

    name: str
    methodology: Methodology | None
    rewrites: tuple[str, ...]


def _family(name: str, methodology: Methodology | None, rewrites: str) -> Family:
    return Family(name, methodology, tuple(rewrites.split()))


FAMILIES = (
    _family("tiles", Methodology.BATCHING, "tile_called_scan tile_nested_scan jam_rows select_then_apply"),
    _family("runs", Methodology.BATCHING, "append_range append_run copy_range"),
    _family("neighbours", Methodology.BATCHING, "block_map hot_fields_first"),
    _family("results kept", Methodology.CACHING, "hoist_pure_call keep_answers memo_in_object"),
    _family(
        "tables and lifted work",
        Methodology.PRECOMPUTING,
        "block_extrema bytewise_remainder common_by_table double_steps fold_in_eights lift_from_callee"
        " prefix_sums sort_before_searches table_of_bytes",
    ),
    _family(
        "memory in advance",
        Methodology.PRECOMPUTING,
        "hoist_temporary keep_buffer keep_freed_memory pooled_chains pooled_objects reserve reserve_range",
    ),
    _family("work put off", Methodology.DEFERRING, "put_off"),
    _family("other roundings", Methodology.RELAXATION, "look_ahead reciprocal shorten_recurrence"),
    _family("data looked at first", Methodology.CONTEXTUALIZATION, "skip_zero_factor sort_unless_sorted"),
    _family(
        "instructions of the processor",
        Methodology.HARDWARE,
        "branchless_search compare_words count_by_eights count_in_column"
        " eight_tests_first extreme_of_four find_by_hash"
        " find_in_blocks first_eight_at_once flush_tiny_values keep_least_copy map_in_blocks"
        " order_by_first_eight order_by_last_eight prefetch_gather scan_columns scan_in_blocks"
        " search_column set_bits_only side_by_side skip_in_blocks split_sum sum_in_blocks",
    ),
    _family(
        "shortcuts",
        Methodology.LAYERING,
        "cheap_test_first next_element_first same_parent_first skip_false_runs skip_modulo"
        " stop_at_discovery stop_when_found",
    ),
    _family(
        "layers merged",
        Methodology.LAYERING,
        "count_apart drop_unread_members flat_map fuse_loops hand_over list_of_views list_to_vector"
        " owned_values pack_pairs pass_through set_of_views small_chains transform_in_place",
    ),
    _family("hot and cold apart", Methodology.LAYERING, "split_cold_fields"),
    _family(
        "algorithms and containers",
        None,
        "dense_hash distance_in_band hashed_container interchange_loops last_cell_last mix_hash"
        " select_not_sort slide_extremes"
        " sort_by_digits spread_by_masks sum_by_rows union_by_table window_queue",
    ),
    _family(
        "details of loops",
        None,
        "bind_element bitwise_and branch_hint branchless_add cheaper_operator early_continue fill"
        " hoist_expression hoist_size pre_increment range_for_reference unroll walk_by_range wide_index",
    ),
    _family(
        "details of calls and values",
        None,
        "append_in_place const_local const_reference_parameter emplace_pair inline_function"
        " move_into_member move_last_use no_throw parse_in_place single_lookup view_parameter",
    ),
)


def family_of(rewrite: str) -> Family:
    """Return the family of a rewrite. Raises KeyError for a name without a family."""
    for family in FAMILIES:
        if rewrite in family.rewrites:
            return family
    raise KeyError(rewrite)
