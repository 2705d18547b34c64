// SPDX-License-Identifier: Apache-2.0
#include "xl.hpp"

#include <cstdarg>
#include <cstdio>
#include <cstring>

namespace runphi::xen {

using sdk::Code;
using sdk::Error;

struct Xl::Logger {
    xentoollog_logger table{};  // first: libxl hands back its address
    std::string first_error;

    Logger() {
        table.vmessage = &Logger::message;
        table.progress = nullptr;
        table.destroy = nullptr;
    }

    static void message(xentoollog_logger* table, xentoollog_level level, int number,
                        const char* context, const char* format, va_list arguments) {
        if (level < XTL_WARN) return;
        auto* self = reinterpret_cast<Logger*>(table);
        char text[1024];
        std::vsnprintf(text, sizeof text, format, arguments);
        std::string line = text;
        if (number > 0) line += ": " + sdk::errno_text(number);
        std::fprintf(stderr, "%s: %s\n", context != nullptr ? context : "libxl", line.c_str());
        if (level >= XTL_ERROR && self->first_error.empty())
            self->first_error = without_place(line);
    }

    // "libxl_create.c:123:initiate_domain_create:Domain 5:Duplicate name": only the last is for
    // people.
    static std::string without_place(const std::string& line) {
        if (line.rfind("libxl", 0) != 0) return line;
        const auto domain = line.find(":Domain ");
        if (domain != std::string::npos) return line.substr(domain + 1);
        std::size_t at = 0;
        for (int colons = 0; colons < 3 && at != std::string::npos; ++colons) {
            at = line.find(':', at == 0 ? 0 : at + 1);
        }
        return at == std::string::npos ? line : line.substr(at + 1);
    }
};

namespace {

Code code_of(int result) {
    switch (result) {
        case ERROR_NOMEM:
            return Code::no_resource;
        case ERROR_INVAL:
            return Code::invalid;
        case ERROR_DOMAIN_NOTFOUND:
        case ERROR_DOMAIN_DESTROYED:
            return Code::not_found;
        case ERROR_TIMEDOUT:
            return Code::timeout;
        case ERROR_NI:
            return Code::unsupported;
        default:
            return Code::hypervisor;
    }
}

}  // namespace

Xl::Xl() : logger_(std::make_unique<Logger>()) {
    check(libxl_ctx_alloc(&context_, LIBXL_VERSION, 0, &logger_->table), "reach the hypervisor");
    // The helper has no other children than libxl's.
    static const libxl_childproc_hooks hooks = {.chldowner = libxl_sigchld_owner_libxl,
                                                .fork_replacement = nullptr,
                                                .reaped_callback = nullptr};
    libxl_childproc_setmode(context_, &hooks, nullptr);
}

Xl::~Xl() {
    libxl_ctx_free(context_);
}

void Xl::check(int result, const std::string& what) {
    const std::string words = std::exchange(logger_->first_error, {});
    if (result == 0) return;
    throw Error(code_of(result),
                what + ": " + (words.empty() ? "libxl's error " + std::to_string(result) : words));
}

void Xl::forget_words() {
    logger_->first_error.clear();
}

}  // namespace runphi::xen
