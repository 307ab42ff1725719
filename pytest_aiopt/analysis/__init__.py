"""Turn journals into comparisons."""
