#include <vector>

struct Parcel {
    int weight = 0;
    int zone = 0;
};

int postage(const Parcel& parcel) {
    int price = parcel.zone;
    for (int kilo = 0; kilo < parcel.weight; ++kilo) {
        price += 3;
    }
    return price;
}

// The parcels change between one asking and the next.
int fill(std::vector<Parcel>& parcels) {
    int sum = 0;
    for (Parcel& parcel : parcels) {
        sum += postage(parcel);
        parcel.weight += 1;
        sum += postage(parcel);
    }
    return sum;
}
