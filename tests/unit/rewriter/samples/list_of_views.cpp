#include <cstdio>
#include <string>
#include <vector>

struct Folder {
    std::string name;
    std::vector<Folder> folders;
};

void collect(const Folder& folder, std::vector<std::string>& names) {
    names.push_back(folder.name);
    for (const Folder& inner : folder.folders) collect(inner, names);
}

std::size_t letters(const Folder& root) {
    std::vector<std::string> names;
    collect(root, names);
    std::size_t sum = 0;
    for (const std::string& name : names) sum = sum * 3 + name.size();
    return sum;
}

int main() {
    Folder root{"root", {}};
    for (int i = 0; i < 9; ++i) root.folders.push_back({"folder" + std::string(i, 'x'), {}});
    std::printf("%zu\n", letters(root));
}
