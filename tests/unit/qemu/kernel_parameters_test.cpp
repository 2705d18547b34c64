// SPDX-License-Identifier: Apache-2.0
#include "plugins/qemu/kernel_parameters.hpp"

#include <gtest/gtest.h>

#include <runphi/sdk.hpp>
#include <runphi/sdk/kernel_parameters.hpp>

namespace runphi::qemu {
namespace {

TEST(KernelParameters, OfTheNodesKernel) {
    EXPECT_EQ(linux_parameters("x86_64", "microvm", ""),
              "loglevel=1 console=ttyS0 panic=-1 cryptomgr.notests reboot=t rdinit=/.runphi/init "
              "runphi.console=ttyS0 runphi.agent=ttyS1 "
              "runphi.sessions=virtio_mmio,virtio_console");
    EXPECT_EQ(linux_parameters("aarch64", "virt", ""),
              "loglevel=1 console=ttyS0 panic=-1 cryptomgr.notests rdinit=/.runphi/init "
              "runphi.console=ttyS0 runphi.agent=ttyS1 "
              "runphi.sessions=virtio_pci,virtio_console");
}

// Of two settings the kernel takes the later: what confines the container stays ours.
TEST(KernelParameters, OursComeBehindTheContainers) {
    const std::string text = linux_parameters("x86_64", "microvm", "rdinit=/bin/sh loglevel=7");
    EXPECT_LT(text.find("loglevel=1"), text.find("loglevel=7"));
    EXPECT_LT(text.find("rdinit=/bin/sh"), text.find("rdinit=/.runphi/init"));
}

TEST(KernelParameters, WhatWouldHideOursIsRefused) {
    EXPECT_THROW(linux_parameters("x86_64", "microvm", "a -- b"), sdk::Error);
    EXPECT_THROW(linux_parameters("x86_64", "microvm", "a=\"b"), sdk::Error);
    EXPECT_NO_THROW(linux_parameters("x86_64", "microvm", "a=\"b -c\" d--e"));
}

TEST(KernelParameters, AnImagesOwnKernelGetsAConsoleOnly) {
    EXPECT_EQ(own_kernel_parameters("x86_64", ""), "console=ttyS0");
    EXPECT_EQ(own_kernel_parameters("aarch64", "quiet -- x"), "quiet -- x console=ttyAMA0");
    EXPECT_EQ(own_kernel_parameters("x86_64", "console=hvc0"), "console=hvc0");
}

TEST(KernelParameters, AreBounded) {
    EXPECT_NO_THROW(sdk::check_kernel_parameters(std::string(2047, 'a')));
    EXPECT_THROW(sdk::check_kernel_parameters(std::string(2048, 'a')), sdk::Error);
    EXPECT_THROW(sdk::check_kernel_parameters("a\nb"), sdk::Error);
    EXPECT_THROW(sdk::check_kernel_parameters(std::string("a\0b", 3)), sdk::Error);
}

}  // namespace
}  // namespace runphi::qemu
