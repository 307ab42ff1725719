// expect: compile_error
// Asks for more messages than anybody reads.
#pragma GCC diagnostic warning "-Wall"
#define F0 undeclared_00 = no_such_thing_00(); undeclared_01 = no_such_thing_01(); undeclared_02 = no_such_thing_02(); undeclared_03 = no_such_thing_03(); undeclared_04 = no_such_thing_04(); undeclared_05 = no_such_thing_05(); undeclared_06 = no_such_thing_06(); undeclared_07 = no_such_thing_07(); 
#define F1 undeclared_10 = no_such_thing_10(); undeclared_11 = no_such_thing_11(); undeclared_12 = no_such_thing_12(); undeclared_13 = no_such_thing_13(); undeclared_14 = no_such_thing_14(); undeclared_15 = no_such_thing_15(); undeclared_16 = no_such_thing_16(); undeclared_17 = no_such_thing_17(); 
#define F2 undeclared_20 = no_such_thing_20(); undeclared_21 = no_such_thing_21(); undeclared_22 = no_such_thing_22(); undeclared_23 = no_such_thing_23(); undeclared_24 = no_such_thing_24(); undeclared_25 = no_such_thing_25(); undeclared_26 = no_such_thing_26(); undeclared_27 = no_such_thing_27(); 
#define F3 undeclared_30 = no_such_thing_30(); undeclared_31 = no_such_thing_31(); undeclared_32 = no_such_thing_32(); undeclared_33 = no_such_thing_33(); undeclared_34 = no_such_thing_34(); undeclared_35 = no_such_thing_35(); undeclared_36 = no_such_thing_36(); undeclared_37 = no_such_thing_37(); 
#define F4 undeclared_40 = no_such_thing_40(); undeclared_41 = no_such_thing_41(); undeclared_42 = no_such_thing_42(); undeclared_43 = no_such_thing_43(); undeclared_44 = no_such_thing_44(); undeclared_45 = no_such_thing_45(); undeclared_46 = no_such_thing_46(); undeclared_47 = no_such_thing_47(); 
#define F5 undeclared_50 = no_such_thing_50(); undeclared_51 = no_such_thing_51(); undeclared_52 = no_such_thing_52(); undeclared_53 = no_such_thing_53(); undeclared_54 = no_such_thing_54(); undeclared_55 = no_such_thing_55(); undeclared_56 = no_such_thing_56(); undeclared_57 = no_such_thing_57(); 
#define F6 undeclared_60 = no_such_thing_60(); undeclared_61 = no_such_thing_61(); undeclared_62 = no_such_thing_62(); undeclared_63 = no_such_thing_63(); undeclared_64 = no_such_thing_64(); undeclared_65 = no_such_thing_65(); undeclared_66 = no_such_thing_66(); undeclared_67 = no_such_thing_67(); 
#define F7 undeclared_70 = no_such_thing_70(); undeclared_71 = no_such_thing_71(); undeclared_72 = no_such_thing_72(); undeclared_73 = no_such_thing_73(); undeclared_74 = no_such_thing_74(); undeclared_75 = no_such_thing_75(); undeclared_76 = no_such_thing_76(); undeclared_77 = no_such_thing_77(); 
#define F8 undeclared_80 = no_such_thing_80(); undeclared_81 = no_such_thing_81(); undeclared_82 = no_such_thing_82(); undeclared_83 = no_such_thing_83(); undeclared_84 = no_such_thing_84(); undeclared_85 = no_such_thing_85(); undeclared_86 = no_such_thing_86(); undeclared_87 = no_such_thing_87(); 
#define F9 undeclared_90 = no_such_thing_90(); undeclared_91 = no_such_thing_91(); undeclared_92 = no_such_thing_92(); undeclared_93 = no_such_thing_93(); undeclared_94 = no_such_thing_94(); undeclared_95 = no_such_thing_95(); undeclared_96 = no_such_thing_96(); undeclared_97 = no_such_thing_97(); 
template <class T> void many(T value) {
    F0
    F1
    F2
    F3
    F4
    F5
    F6
    F7
    F8
    F9
    F0
    F1
    F2
    F3
    F4
    F5
    F6
    F7
    F8
    F9
    F0
    F1
    F2
    F3
    F4
    F5
    F6
    F7
    F8
    F9
    F0
    F1
    F2
    F3
    F4
    F5
    F6
    F7
    F8
    F9
    static_assert(sizeof(T) == 0, "never");
}
void forced() { many(1); many(1.0); many("x"); }
#include "task.hpp"

extern "C" void running_sums(const std::uint32_t* numbers, std::size_t count, std::uint64_t* sums) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) sums[i] = sum += worth(numbers[i]);
}
