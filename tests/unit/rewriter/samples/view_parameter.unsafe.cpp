#include <map>
#include <string>

int rank(const std::map<std::string, int>& ranks, const std::string& word) { return ranks.at(word); }

std::string twice(const std::string& word) { return word + word; }
