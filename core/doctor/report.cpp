// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/doctor/finding.hpp"

namespace phi::doctor {
namespace {

std::string padded(const std::string& word, std::size_t width) {
    return word + std::string(word.size() < width ? width - word.size() : 1, ' ');
}

std::string verdict(const Findings& findings) {
    const auto wrong = std::count_if(findings.begin(), findings.end(),
                                     [](const Finding& one) { return one.level == Level::wrong; });
    if (wrong == 0) return "This node can run partitions.\n";
    return text("This node cannot run partitions: ", wrong,
                wrong == 1 ? " thing is wrong.\n" : " things are wrong.\n");
}

}  // namespace

const char* to_string(Level level) {
    switch (level) {
        case Level::ok:
            return "ok";
        case Level::note:
            return "note";
        case Level::wrong:
            return "WRONG";
    }
    return "";
}

Findings examine(const Settings& settings) {
    Findings all{look_at_kernel(), look_at_settings(), look_at_state(settings),
                 look_at_runc(settings), look_at_engines()};
    for (auto& one : look_at_backends(settings)) all.push_back(std::move(one));
    all.push_back(look_at_board(settings));
    for (auto& one : look_at_guests(settings)) all.push_back(std::move(one));
    all.push_back(look_at_network());
    return all;
}

bool able(const Findings& findings) {
    return std::none_of(findings.begin(), findings.end(),
                        [](const Finding& one) { return one.level == Level::wrong; });
}

std::string print(const Findings& findings) {
    std::string out;
    for (const Finding& one : findings) {
        out += text(padded(to_string(one.level), 7), padded(one.subject, 10), one.text, '\n');
        if (!one.remedy.empty()) out += text(std::string(17, ' '), "-> ", one.remedy, '\n');
    }
    return out + verdict(findings);
}

std::string print_json(const Findings& findings) {
    json::Document out(rapidjson::kObjectType);
    auto& pool = out.GetAllocator();
    out.AddMember("able", able(findings), pool);
    json::Value list(rapidjson::kArrayType);
    const auto put = [&pool](json::Value& to, const char* name, const std::string& value) {
        to.AddMember(json::Value(name, pool).Move(), json::Value(value, pool).Move(), pool);
    };
    for (const Finding& one : findings) {
        json::Value object(rapidjson::kObjectType);
        put(object, "subject", one.subject);
        put(object, "level", one.level == Level::wrong ? "wrong" : to_string(one.level));
        put(object, "finding", one.text);
        if (!one.remedy.empty()) put(object, "remedy", one.remedy);
        list.PushBack(object, pool);
    }
    out.AddMember("findings", list, pool);
    return json::write(out, true) + "\n";
}

}  // namespace phi::doctor
