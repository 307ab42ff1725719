#include <cstdint>
#include <cstdio>
#include <vector>

struct Letter {
    int weight;
    int zone;
};

struct Bill {
    long count = 0;
    long price = 0;
};

bool is_heavy(const Letter& letter, int limit) { return letter.weight > limit && letter.zone != 3; }

void add(const Letter& letter, Bill& bill) {
    bill.count += 1;
    bill.price = bill.price * 3 % 1000003 + letter.weight * letter.zone;
}

Bill heavy(const std::vector<Letter>& letters, int limit) {
    Bill bill;
    for (const Letter& letter : letters) {
        if (is_heavy(letter, limit)) {
            add(letter, bill);
        }
    }
    return bill;
}

long light(const std::vector<Letter>& letters, int limit) {
    long sum = 0;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const Letter& letter = letters[i];
        if (letter.weight < limit) {
            sum += letter.zone;
        }
    }
    return sum;
}

int main() {
    std::vector<Letter> letters;
    for (int i = 0; i < 700; ++i) letters.push_back({(i * 37) % 101, i % 5});
    const Bill bill = heavy(letters, 60);
    std::printf("%ld %ld %ld\n", bill.count, bill.price, light(letters, 20));
}
