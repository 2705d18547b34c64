// SPDX-License-Identifier: Apache-2.0
#include "engines.hpp"

#include <algorithm>
#include <initializer_list>

#include "block.hpp"
#include "core/base/error.hpp"
#include "core/base/json.hpp"
#include "core/base/text.hpp"

namespace phi::configure {
namespace {

bool has_one(const Root& root, std::initializer_list<const char*> programs) {
    return std::any_of(programs.begin(), programs.end(),
                       [&](const char* program) { return root.has(program); });
}

// ---- containerd: config.toml, version 2 (1.3 to 1.7) or 3 (2.0)

// "version = 2" before the first table; 1, as containerd has it, where none is told.
unsigned version_of(const std::string& file) {
    for (const std::string_view line : split(file, '\n')) {
        if (!line.empty() && line.front() == '[') break;
        if (!line.starts_with("version")) continue;
        const auto at = line.find_first_of("0123456789");
        if (at != std::string_view::npos) return static_cast<unsigned>(line[at] - '0');
    }
    return 1;
}

std::string containerd_tables(const std::string& plugin, const std::string& runphi) {
    const std::string table = text("[plugins.\"", plugin, "\".containerd.runtimes.runphi");
    return text(table,
                "]\n"
                "  runtime_type = \"io.containerd.runc.v2\"\n"
                "  pod_annotations = [\"org.runphi.*\"]\n"
                "  container_annotations = [\"org.runphi.*\"]\n",
                table,
                ".options]\n"
                "  BinaryName = \"",
                runphi, "\"\n");
}

Engine containerd(const Root& root, const std::string& runphi) {
    const std::string file = "/etc/containerd/config.toml";
    std::string old = root.read(file).value_or("");
    if (const auto rest = without_block(old)) old = *rest;
    if (old.find_first_not_of(" \t\r\n") == std::string::npos) old = "version = 2\n";
    const unsigned version = version_of(old);
    const std::string plugin =
        version >= 3 ? "io.containerd.cri.v1.runtime" : "io.containerd.grpc.v1.cri";
    const std::string tables = containerd_tables(plugin, runphi);
    if (version < 2) {
        throw Error(Code::invalid, text(file, " has no line \"version = 2\", or a higher one"),
                    text("containerd reads it as version 1, which this does not write; migrate it "
                         "(containerd config migrate), or add by hand:\n",
                         tables));
    }
    if (old.find("containerd.runtimes.runphi") != std::string::npos) {
        throw Error(Code::exists, text(file, " has a runtime \"runphi\" that is not ours"),
                    "remove it, or leave containerd as it is and install in runc's place");
    }
    return {"containerd", file, with_block(old, tables), "systemctl restart containerd"};
}

// ---- Docker: daemon.json

Engine docker(const Root& root, const std::string& runphi) {
    const std::string file = "/etc/docker/daemon.json";
    const std::string old = root.read(file).value_or("{}");
    json::Document top = json::parse(old, file);
    auto& pool = top.GetAllocator();
    const auto not_an_object = [&](const char* what) {
        return Error(Code::invalid, text(file, ": ", what, " is no object"));
    };
    if (!top.IsObject()) throw not_an_object("the whole");
    if (!top.HasMember("runtimes")) {
        top.AddMember("runtimes", json::Value(rapidjson::kObjectType), pool);
    }
    json::Value& runtimes = top["runtimes"];
    if (!runtimes.IsObject()) throw not_an_object("\"runtimes\"");
    json::Value ours(rapidjson::kObjectType);
    ours.AddMember("path", json::Value(runphi, pool).Move(), pool);
    if (runtimes.HasMember("runphi")) {
        if (runtimes["runphi"] == ours) return {"Docker", file, old, {}};
        throw Error(Code::exists, text(file, " has a runtime \"runphi\" that is not ours"),
                    "remove it, or install in runc's place");
    }
    runtimes.AddMember("runphi", ours, pool);
    return {"Docker", file, json::write(top, true) + "\n", "systemctl reload docker"};
}

// ---- Podman and CRI-O: a file of our own each

Engine podman(const std::string& runphi) {
    return {"Podman",
            "/etc/containers/containers.conf.d/50-runphi.conf",
            text("# podman run --runtime runphi\n"
                 "[engine.runtimes]\n"
                 "runphi = [\"",
                 runphi, "\"]\n"),
            {}};
}

Engine crio(const std::string& runphi) {
    return {"CRI-O", "/etc/crio/crio.conf.d/50-runphi.conf",
            text("[crio.runtime.runtimes.runphi]\n"
                 "runtime_path = \"",
                 runphi,
                 "\"\n"
                 "runtime_type = \"oci\"\n"
                 "allowed_annotations = [\"org.runphi.\"]\n"),
            "systemctl restart crio"};
}

}  // namespace

std::vector<Engine> engines(const Root& root, const std::string& runphi) {
    std::vector<Engine> found;
    if (has_one(root, {"/usr/bin/containerd", "/usr/local/bin/containerd"})) {
        found.push_back(containerd(root, runphi));
    }
    if (has_one(root, {"/usr/sbin/dockerd", "/usr/bin/dockerd", "/usr/local/bin/dockerd"})) {
        found.push_back(docker(root, runphi));
    }
    if (has_one(root, {"/usr/bin/podman", "/usr/local/bin/podman"}))
        found.push_back(podman(runphi));
    if (has_one(root, {"/usr/bin/crio", "/usr/local/bin/crio"})) found.push_back(crio(runphi));
    return found;
}

}  // namespace phi::configure
