// SPDX-License-Identifier: Apache-2.0
#include "plugins/jailhouse/tool/tool.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "plugins/jailhouse/format/write.hpp"
#include "support/folder.hpp"
#include "unit/jailhouse/hex_text.hpp"
#include "unit/jailhouse/scene.hpp"
#include "unit/jailhouse/support.hpp"

namespace jailhouse_test {
namespace {

using namespace jh;

std::string golden_text(const std::string& name) {
    std::ifstream in(std::string(RUNPHI_GOLDEN_CELLS) + "/" + name);
    std::stringstream out;
    out << in.rdbuf();
    return out.str();
}

class Tool : public testing::Test {
  protected:
    std::string file(const std::string& name, const std::string& bytes) {
        return folder_.write(name, bytes);
    }
    // What it printed, and its status.
    std::string run(const std::vector<std::string>& args) {
        testing::internal::CaptureStdout();
        status_ = run_tool(args);
        return testing::internal::GetCapturedStdout();
    }
    std::string path() const { return folder_.path(); }

    int status_ = -1;

  private:
    phi::test::Folder folder_;
};

TEST_F(Tool, ShowsEveryKindOfFile) {
    for (const char* name : {"cell-omnivisor", "cell-x86-master", "system-omnivisor",
                             "system-x86-v0.12", "system-master"}) {
        EXPECT_EQ(run({"show", file("x.cell", golden(name))}),
                  golden_text(std::string(name) + ".show.txt"))
            << name;
        EXPECT_EQ(status_, 0);
    }
}

TEST_F(Tool, ShowsSeveralFilesAndCSource) {
    const std::string cell = file("a.cell", golden("cell-omnivisor"));
    const std::string text = golden_text("cell-omnivisor.c.txt");
    EXPECT_EQ(run({"show", "--c", cell}), text);
    EXPECT_EQ(run({"show", "--c", "--", cell, cell}), text + "\n" + text);
}

TEST_F(Tool, ShowsNoControlCharacters) {
    Cell cell;
    cell.name = "\x1b[2J";
    const std::string out = run({"show", file("x.cell", write_cell(cell, Layout::master))});
    EXPECT_EQ(out.find('\x1b'), std::string::npos);
    EXPECT_EQ(out.rfind("\"?[2J\", cell configuration", 0), 0U) << out;
}

TEST_F(Tool, TakesALayoutThatCannotBeRecognized) {
    Cell cell;
    cell.name = "odd";
    cell.regions.resize(4);
    cell.vpci_irq_base = 29;
    const std::string path = file("x.cell", write_cell(cell, Layout::master));
    EXPECT_NE(refusal([&] {
                  run_tool({"show", path});
              }).find("fits more than one layout"),
              std::string::npos);
    EXPECT_NE(run({"show", "--layout", "master", path}).find("layout master"), std::string::npos);
    EXPECT_NE(run({"show", "--layout", "omnivisor-1", path}).find("layout omnivisor-1"),
              std::string::npos);
}

TEST_F(Tool, TakesAnArchitectureThatIsNotNamed) {
    const std::string path = file("x.cell", golden("cell-v0.12"));
    EXPECT_NE(run({"show", path}).find(", arm64, "), std::string::npos);
    EXPECT_NE(run({"show", "--arch", "arm", path}).find(", arm, "), std::string::npos);
}

TEST_F(Tool, ChecksCellsTogether) {
    Scene scene;
    const std::string system = file("s.cell", write_system(scene.system, scene.layout));
    const std::string a = file("a.cell", write_cell(scene.a(), scene.layout));
    EXPECT_EQ(run({"check", system}), "system \"root\", 0 cells: 0 errors, 0 warnings\n");
    EXPECT_EQ(run({"check", system, a}), "system \"root\", 1 cell: 0 errors, 0 warnings\n");
    EXPECT_EQ(status_, 0);
    scene.b().cpu_set = scene.a().cpu_set;
    scene.b().name = "7";
    const std::string b = file("b.cell", write_cell(scene.b(), scene.layout));
    EXPECT_EQ(run({"check", system, a, b}),
              "error: cell \"7\": CPU 1: cell \"a\" has it, too\n"
              "warning: cell \"7\": the jailhouse tool takes a name of digits for a cell's id\n"
              "system \"root\", 2 cells: 1 error, 1 warning\n");
    EXPECT_EQ(status_, 1);
}

TEST_F(Tool, CellsMustHaveTheSystemsLayout) {
    const Scene scene;
    const std::string system = file("s.cell", write_system(scene.system, scene.layout));
    const std::string cell = file("a.cell", golden("cell-master"));
    EXPECT_NE(refusal([&] {
                  run_tool({"check", system, cell});
              })
                  .find("a.cell: the file has 456 bytes, and a cell configuration of layout "
                        "omnivisor with these counts has "),
              std::string::npos);
    EXPECT_EQ(refusal([&] {
                  run_tool({"check", cell});
              }),
              cell + ": a cell's configuration, expected the system's");
    EXPECT_EQ(refusal([&] {
                  run_tool({"check", system, system});
              }),
              system + ": a system configuration, expected a cell's");
}

TEST_F(Tool, FilesThatAreNone) {
    EXPECT_EQ(refusal([&] {
                  run_tool({"show", path() + "/absent"});
              }),
              "open " + path() + "/absent: no such file or directory");
    EXPECT_EQ(refusal([&] { run_tool({"show", path()}); }), "read " + path() + ": is a directory");
    ASSERT_EQ(::mkfifo((path() + "/fifo").c_str(), 0600), 0);
    EXPECT_NE(refusal([&] {
                  run_tool({"show", path() + "/fifo"});
              }).find("it begins with \"\""),
              std::string::npos);
    EXPECT_NE(refusal([&] {
                  run_tool({"show", "/dev/zero"});
              }).find("1048577 bytes"),
              std::string::npos);
}

TEST_F(Tool, Usage) {
    EXPECT_EQ(run({}), run({"help"}));
    EXPECT_EQ(run({"--help"}).rfind("usage: runphi jailhouse show", 0), 0U);
    EXPECT_EQ(refusal([] { run_tool({"create"}); }), "runphi jailhouse: no command create");
    EXPECT_EQ(refusal([] { run_tool({"show"}); }), "runphi jailhouse show: no file is named");
    EXPECT_EQ(refusal([] {
                  run_tool({"show", "--quick", "x"});
              }),
              "runphi jailhouse show: unknown option, or one without its value: --quick");
    EXPECT_EQ(refusal([] {
                  run_tool({"check", "--c", "x"});
              }),
              "runphi jailhouse check: unknown option, or one without its value: --c");
    EXPECT_EQ(refusal([] {
                  run_tool({"show", "x", "--layout"});
              }),
              "runphi jailhouse show: unknown option, or one without its value: --layout");
    EXPECT_EQ(refusal([] {
                  run_tool({"show", "--layout", "15", "x"});
              }),
              "--layout 15: no such layout");
    EXPECT_EQ(refusal([] {
                  run_tool({"show", "--arch", "riscv", "x"});
              }),
              "--arch riscv: no such architecture");
}

}  // namespace
}  // namespace jailhouse_test
