#include <cstdio>
#include <string>

class Sign {
public:
    explicit Sign(std::string words) : words_(words) {}
    std::size_t length() const { return words_.size(); }

private:
    std::string words_;
};

int main() {
    const Sign sign(std::string("a rather long text on a sign of wood"));
    std::printf("%zu\n", sign.length());
}
