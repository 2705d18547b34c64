// SPDX-License-Identifier: Apache-2.0
// The program has no std::cout and its like. Every object that includes <iostream>, Boost.Log's
// too, asks for them before main, which costs a short command as much as reading its container's
// record: they bring every facet of two locales along. The linker sends those requests here
// (--wrap, see CMakeLists.txt). Other streams work; they make the locales when they are first used.

// NOLINTBEGIN(bugprone-reserved-identifier): the names that the linker makes
extern "C" {
// std::ios_base::Init::Init() and ~Init(), as the Itanium C++ ABI spells them.
void __wrap__ZNSt8ios_base4InitC1Ev(void*);
void __wrap__ZNSt8ios_base4InitD1Ev(void*);

void __wrap__ZNSt8ios_base4InitC1Ev(void*) {}
void __wrap__ZNSt8ios_base4InitD1Ev(void*) {}
}
// NOLINTEND(bugprone-reserved-identifier)
