#include <cstdio>
#include <vector>

struct Parcel {
    int weight = 0;
    int zone = 0;
};

int surcharge(int zone) { return zone > 3 ? 7 : 2; }

int postage(const Parcel& parcel) {
    int price = surcharge(parcel.zone);
    for (int kilo = 0; kilo < parcel.weight; ++kilo) {
        price += 3;
    }
    return price;
}

Parcel pack(int n) {
    Parcel parcel;
    parcel.weight = n % 7;
    parcel.zone = n % 5;
    return parcel;
}

int main() {
    std::vector<Parcel> parcels;
    for (int i = 0; i < 30; ++i) parcels.push_back(pack(i));
    int sum = 0;
    for (int day = 0; day < 4; ++day) {
        for (const Parcel& parcel : parcels) {
            sum += postage(parcel) * (day + 1);
        }
    }
    std::printf("%d\n", sum);
}
