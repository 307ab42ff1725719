"""C++ sources as syntax trees and tokens."""
