// The functions behind the wrapped ones, found on first use: other libraries' constructors may come before ours.
#pragma once

#include <dlfcn.h>
#include <pthread.h>

namespace lull {

template <class Function>
Function find_real(const char* name, const char* version = nullptr) {
    void* found = version ? dlvsym(RTLD_NEXT, name, version) : nullptr;
    if (!found) found = dlsym(RTLD_NEXT, name);
    return reinterpret_cast<Function>(found);
}

namespace real {

inline int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*), void* argument) {
    static const auto function = find_real<decltype(&::pthread_create)>("pthread_create");
    return function(thread, attributes, start, argument);
}

}  // namespace real
}  // namespace lull
