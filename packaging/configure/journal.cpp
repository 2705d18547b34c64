// SPDX-License-Identifier: Apache-2.0
#include "journal.hpp"

#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"
#include "core/fs/file.hpp"

namespace phi::configure {
namespace {

constexpr const char* journal_file = "/var/lib/runphi/configure.json";
constexpr std::uint64_t version = 1;

constexpr std::array<std::pair<Step::Kind, const char*>, 4> kinds = {{
    {Step::Kind::file, "file"},
    {Step::Kind::directory, "directory"},
    {Step::Kind::made, "made"},
    {Step::Kind::runc, "runc"},
}};

const char* name_of(Step::Kind kind) {
    for (const auto& [known, name] : kinds) {
        if (known == kind) return name;
    }
    return "";
}

Step::Kind kind_of(const json::Node& node) {
    const std::string name = node.as_string();
    for (const auto& [kind, known] : kinds) {
        if (name == known) return kind;
    }
    node.fail("not a step of this version");
}

Step read_step(const json::Node& node) {
    Step step;
    step.kind = kind_of(node.at("kind"));
    step.path = node.at("path").as_string();
    step.backup = node.opt_string("backup").value_or("");
    step.written = node.opt_string("written").value_or("");
    step.vanilla = node.opt_string("vanilla").value_or("");
    step.diverted = node.opt_bool("diverted").value_or(false);
    return step;
}

void add(json::Value& to, const char* name, const std::string& value, json::Pool& pool) {
    if (value.empty()) return;
    to.AddMember(json::Value(name, pool).Move(), json::Value(value, pool).Move(), pool);
}

}  // namespace

std::string describe(const Step& step) {
    switch (step.kind) {
        case Step::Kind::file:
            return text(step.backup.empty() ? "write " : "change ", step.path);
        case Step::Kind::directory:
            return text("make the folder ", step.path);
        case Step::Kind::made:
            return text("make ", step.path);
        case Step::Kind::runc:
            return text("put runPHI in the place of ", step.path, "; runc is kept as ",
                        step.vanilla, step.diverted ? ", which dpkg is told" : "");
    }
    return {};
}

std::string hash_of(const std::string& content) {
    return hex(fnv1a(content));
}

std::optional<Journal> Journal::read(const Root& root) {
    const auto content = root.read(journal_file);
    if (!content) return std::nullopt;
    const json::Document document = json::parse(*content, journal_file);
    const json::Node top(document, journal_file);
    if (top.at("version").as_u64() != version) {
        throw Error(Code::unsupported,
                    text(journal_file, ": it is of another version of runphi-configure"),
                    "restore with the version that has installed");
    }
    Journal journal;
    journal.done = top.at("done").as_bool();
    journal.how = top.at("how").as_string();
    top.at("steps").each([&](const json::Node& node) { journal.steps.push_back(read_step(node)); });
    return journal;
}

void Journal::save(const Root& root) const {
    json::Document out(rapidjson::kObjectType);
    auto& pool = out.GetAllocator();
    out.AddMember("version", version, pool);
    out.AddMember("done", done, pool);
    add(out, "how", how, pool);
    json::Value list(rapidjson::kArrayType);
    for (const Step& step : steps) {
        json::Value one(rapidjson::kObjectType);
        add(one, "kind", name_of(step.kind), pool);
        add(one, "path", step.path, pool);
        add(one, "backup", step.backup, pool);
        add(one, "written", step.written, pool);
        add(one, "vanilla", step.vanilla, pool);
        if (step.diverted) one.AddMember("diverted", true, pool);
        list.PushBack(one, pool);
    }
    out.AddMember("steps", list, pool);
    make_directories(root.at(memory_dir), 0755);
    root.write(journal_file, json::write(out, true) + "\n", 0644);
}

void Journal::forget(const Root& root) {
    root.remove(journal_file);
    root.remove_tree(memory_dir);
}

}  // namespace phi::configure
