// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "core/base/text.hpp"
#include "rows.hpp"
#include "stage.hpp"

namespace phi::test {

namespace {

std::string folder(Stage& stage, const std::string& name) {
    const std::string path = text(stage.client.place().dir, "/", name, "-", name_of(stage.kind));
    std::filesystem::create_directories(path);
    return path;
}

void bind_read_only(Stage& stage) {
    const std::string dir = folder(stage, "ro");
    write_text(dir + "/file", "from the host\n");
    Ask ask = stage.ask("cat /in/file; touch /in/x 2>&1");
    ask.binds = {{dir, "/in", true}};
    const Result ran = stage.run(ask);
    expect(contains(ran.out, "from the host\n"), "the host's file", ran);
    expect(contains(ran.out, "Read-only file system"), "that it cannot be written", ran);
}

void bind_writable(Stage& stage) {
    const std::string dir = folder(stage, "rw");
    write_text(dir + "/file", "from the host\n");
    Ask ask = stage.ask("cat /both/file; echo from the container > /both/back");
    ask.binds = {{dir, "/both", false}};
    const Result ran = stage.run(ask);
    expect(ran.status == 0 && contains(ran.out, "from the host\n"), "the host's file", ran);
    const std::string back = read_text(dir + "/back");
    expect(back == "from the container\n", "the container's file on the host", back);
}

void volume(Stage& stage) {
    const std::string name = text("store-", name_of(stage.kind));
    const Result made = stage.client.call({"volume", "create", name});
    expect(made.status == 0, "a volume", made);
    for (const char* script : {"echo kept > /store/file", "cat /store/file"}) {
        Ask ask = stage.ask(script);
        ask.binds = {{name, "/store", false}};
        const Result ran = stage.run(ask);
        expect(ran.status == 0, "that the volume is there", ran);
        expect(script[0] == 'e' || ran.out == "kept\n", "what was kept in it", ran);
    }
}

void secret(Stage& stage) {
    const std::string name = text("word-", name_of(stage.kind));
    const std::string file = folder(stage, "secret") + "/word";
    write_text(file, "hush");
    const Result made = stage.client.call({"secret", "create", name, file});
    expect(made.status == 0, "a secret", made);
    Ask ask = stage.ask("cat /run/secrets/" + name);
    ask.more = {"--secret", name};
    const Result ran = stage.run(ask);
    expect(ran.status == 0 && ran.out == "hush", "the secret", ran);
}

void copied_out(Stage& stage) {
    const std::string to = folder(stage, "copied");
    const Result done = stage.client.call({"cp", stage.box() + ":/work/made", to + "/made"});
    expect(done.status == 0 && read_text(to + "/made") == "here\n", "the container's file", done);
}

}  // namespace

std::vector<Row> file_rows() {
    return {
        {"--volume, read-only", every_client, processes, bind_read_only},
        {"--volume, writable", every_client, processes, bind_writable},
        {"a named volume", engines, processes, volume},
        {"--secret", podman, processes, secret},
        {"cp out of a running one", engines, processes, copied_out},
    };
}

}  // namespace phi::test
