// SPDX-License-Identifier: Apache-2.0
#include "support.hpp"

namespace phi::board {
namespace {

using test::ask;
using test::error_of;
using test::small_board;

Request device(const std::string& name) {
    Request request = ask(1, 1);
    request.devices = {name};
    return request;
}

Request iomem(std::uint64_t base, std::uint64_t size) {
    Request request = ask(1, 1);
    request.iomems = {{base, size}};
    return request;
}

Request irq(std::uint32_t number) {
    Request request = ask(1, 1);
    request.irqs = {number};
    return request;
}

Request channel(const std::string& name) {
    Request request = ask(1, 1);
    request.channels = {name};
    return request;
}

std::vector<Held> held_by(const std::string& container, const Request& request) {
    return {{container, place(small_board(), {}, request)}};
}

// The message of a refusal while c1 holds something.
std::string refused(const Request& first, const Request& second) {
    const Error error = error_of([&] { place(small_board(), held_by("c1", first), second); });
    EXPECT_EQ(error.code(), Code::no_resource) << error.message();
    return error.message();
}

std::string invalid(const Request& request) {
    const Error error = error_of([&] { place(small_board(), {}, request); });
    EXPECT_EQ(error.code(), Code::invalid) << error.message();
    return error.message();
}

TEST(PlaceDevices, ADeviceBringsItsAddressesAndInterrupts) {
    const Grant grant = place(small_board(), {}, device("uart1"));
    EXPECT_EQ(grant.devices, std::vector<std::string>{"uart1"});
    ASSERT_EQ(grant.iomems.size(), 2U);
    EXPECT_EQ(grant.iomems[1].base, 0x9020000U);
    EXPECT_EQ(grant.irqs, (std::vector<std::uint32_t>{40, 41}));
}

TEST(PlaceDevices, ByPathIsTheSameDevice) {
    Request request = device("uart1");
    request.device_tree_paths = {"/soc/serial@9010000", "/soc/gpio@9030000"};
    EXPECT_EQ(place(small_board(), {}, request).devices,
              (std::vector<std::string>{"uart1", "gpio"}));
}

TEST(PlaceDevices, UnknownOnesAreNamedWithTheKnown) {
    EXPECT_EQ(invalid(device("uart7")),
              "device \"uart7\" is not on board \"small\" (it has uart1, gpio)");
    Request request = ask(1, 1);
    request.device_tree_paths = {"/soc/x"};
    EXPECT_EQ(invalid(request),
              "device with path \"/soc/x\" is not on board \"small\" (it has "
              "/soc/serial@9010000, /soc/gpio@9030000)");
}

TEST(PlaceDevices, AnEmptyPathIsNoDevice) {
    Board board = small_board();
    board.devices[0].path.clear();
    Request request = ask(1, 1);
    request.device_tree_paths = {""};
    EXPECT_EQ(error_of([&] { place(board, {}, request); }).code(), Code::invalid);
}

TEST(PlaceDevices, OneOwnerAtATime) {
    EXPECT_EQ(refused(device("uart1"), device("uart1")),
              "device \"uart1\" asked for, but on board \"small\" it is held by c1");
    EXPECT_NO_THROW(place(small_board(), held_by("c1", device("uart1")), device("gpio")));
}

TEST(PlaceDevices, APartHeldByAddressOrNumberBlocksTheWhole) {
    EXPECT_MENTIONS(refused(iomem(0x9020000, 0x1000), device("uart1")), "0x09020000-0x09021fff");
    EXPECT_MENTIONS(refused(irq(41), device("uart1")), "interrupt 41");
    EXPECT_MENTIONS(refused(device("uart1"), iomem(0x9020000, 0x10)), "held by c1");
    EXPECT_MENTIONS(refused(device("uart1"), irq(41)), "held by c1");
}

TEST(PlaceIomem, MustBeInsideOneDevice) {
    EXPECT_NO_THROW(place(small_board(), {}, iomem(0x9010000, 0x1000)));
    EXPECT_NO_THROW(place(small_board(), {}, iomem(0x9010800, 0x10)));
    EXPECT_NO_THROW(place(small_board(), {}, iomem(0x9030000, 0x2000)));  // two that touch
    EXPECT_MENTIONS(invalid(iomem(0x9010000, 0x1001)), "in no device of board");
    EXPECT_MENTIONS(invalid(iomem(0x9021000, 0x10000)), "in no device of board");
    EXPECT_MENTIONS(invalid(iomem(0x70000000, 0x1000)), "in no device of board");
    EXPECT_MENTIONS(invalid(iomem(0x9010000, 0)), "empty");
    EXPECT_MENTIONS(invalid(iomem(UINT64_MAX, 2)), "2^64");
}

TEST(PlaceIomem, OverlapWithAHolderIsRefused) {
    EXPECT_MENTIONS(refused(iomem(0x9030000, 0x1001), iomem(0x9031000, 0x1000)), "held by c1");
    EXPECT_NO_THROW(
        place(small_board(), held_by("c1", iomem(0x9030000, 0x1000)), iomem(0x9031000, 0x1000)));
}

TEST(PlaceIomem, WhatTheContainerHasAlreadyIsNotGrantedTwice) {
    Request request = device("uart1");
    request.iomems = {{0x9010000, 0x1000}, {0x9030000, 0x1000}, {0x9030000, 0x1000}};
    request.irqs = {41, 50, 50};
    request.channels = {"link", "link"};
    const Grant grant = place(small_board(), {}, request);
    EXPECT_EQ(grant.iomems.size(), 3U);
    EXPECT_EQ(grant.irqs, (std::vector<std::uint32_t>{40, 41, 50}));
    EXPECT_EQ(grant.channels.size(), 1U);
}

TEST(PlaceIomem, TwoThatCrossInOneRequestAreRefused) {
    Request request = iomem(0x9030000, 0x1000);
    request.iomems.push_back({0x9030800, 0x1000});
    EXPECT_MENTIONS(invalid(request), "the same container");
}

TEST(PlaceIrqs, OfTheBoardOrOfADevice) {
    EXPECT_EQ(place(small_board(), {}, irq(50)).irqs, std::vector<std::uint32_t>{50});
    EXPECT_EQ(place(small_board(), {}, irq(42)).irqs, std::vector<std::uint32_t>{42});
    EXPECT_EQ(invalid(irq(99)), "interrupt 99 is not on board \"small\"");
    EXPECT_EQ(refused(irq(50), irq(50)),
              "interrupt 50 asked for, but on board \"small\" it is held by c1");
}

TEST(PlaceChannels, EachPartitionGetsAnEnd) {
    const Board board = small_board();
    const Grant first = place(board, {}, channel("link"));
    ASSERT_EQ(first.channels.size(), 1U);
    EXPECT_EQ(first.channels[0].peer, 0U);
    EXPECT_EQ(first.channels[0].size, 0x1000U);
    const Grant second = place(board, {{"c1", first}}, channel("link"));
    EXPECT_EQ(second.channels[0].peer, 1U);
    // End 0 is free again when c1 has gone.
    EXPECT_EQ(place(board, {{"c2", second}}, channel("link")).channels[0].peer, 0U);
    const Error full = error_of([&] {
        place(board, {{"c1", first}, {"c2", second}}, channel("link"));
    });
    EXPECT_EQ(full.code(), Code::no_resource);
    EXPECT_EQ(full.message(),
              "channel \"link\" asked for, but on board \"small\" all its 2 ends are taken (end 0 "
              "held by c1, end 1 by c2)");
    EXPECT_EQ(invalid(channel("wire")), "channel \"wire\" is not on board \"small\" (it has link)");
}

}  // namespace
}  // namespace phi::board
