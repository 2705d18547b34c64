// SPDX-License-Identifier: Apache-2.0
// cri_call SOCKET METHOD REQUEST: asks a server of the Container Runtime Interface one thing. The
// request and the answer, on standard output, are JSON by protobuf's mapping. What the server
// refuses is told on standard error, with status 1. Which methods there are says cri.proto, that is
// read when this runs: so no line here knows any of them.
#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace {

namespace pb = google::protobuf;

constexpr int limit_seconds = 150;

struct Complaints : pb::compiler::MultiFileErrorCollector {
    void AddError(const std::string& file, int line, int column, const std::string& text) override {
        std::cerr << file << ":" << line + 1 << ":" << column + 1 << ": " << text << "\n";
    }
};

grpc::ByteBuffer packed(const pb::Message& message) {
    const grpc::Slice bytes(message.SerializeAsString());
    return {&bytes, 1};
}

void unpack(const grpc::ByteBuffer& buffer, pb::Message& message) {
    grpc::Slice bytes;
    if (!buffer.DumpToSingleSlice(&bytes).ok() ||
        !message.ParseFromArray(bytes.begin(), static_cast<int>(bytes.size()))) {
        throw std::runtime_error("the answer is no " + message.GetTypeName());
    }
}

grpc::Status ask(const std::string& socket, const pb::MethodDescriptor& method,
                 const pb::Message& request, pb::Message& reply) {
    grpc::GenericStub stub(
        grpc::CreateChannel("unix://" + socket, grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(limit_seconds));
    grpc::CompletionQueue queue;
    const std::string path = "/" + method.service()->full_name() + "/" + method.name();
    const auto call = stub.PrepareUnaryCall(&context, path, packed(request), &queue);
    grpc::ByteBuffer bytes;
    grpc::Status status;
    call->StartCall();
    call->Finish(&bytes, &status, nullptr);
    void* tag = nullptr;
    bool delivered = false;
    queue.Next(&tag, &delivered);
    if (status.ok()) unpack(bytes, reply);
    return status;
}

std::string printed(const pb::Message& message) {
    pb::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    options.always_print_primitive_fields = true;
    std::string json;
    const auto status = pb::util::MessageToJsonString(message, &json, options);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    return json;
}

int call(const std::string& socket, const std::string& name, const std::string& json) {
    pb::compiler::DiskSourceTree folder;
    folder.MapPath("", PROTO_DIR);
    Complaints complaints;
    pb::compiler::Importer importer(&folder, &complaints);
    const pb::FileDescriptor* file = importer.Import("cri.proto");
    if (file == nullptr) throw std::runtime_error("cri.proto cannot be read");
    const pb::MethodDescriptor* method = file->service(0)->FindMethodByName(name);
    if (method == nullptr) throw std::runtime_error("no method " + name + " in cri.proto");

    pb::DynamicMessageFactory factory;
    const std::unique_ptr<pb::Message> request(factory.GetPrototype(method->input_type())->New());
    const std::unique_ptr<pb::Message> reply(factory.GetPrototype(method->output_type())->New());
    const auto read = pb::util::JsonStringToMessage(json, request.get());
    if (!read.ok()) throw std::runtime_error("the request: " + read.ToString());
    const grpc::Status status = ask(socket, *method, *request, *reply);
    if (!status.ok()) {
        std::cerr << "code " << status.error_code() << ": " << status.error_message() << "\n";
        return 1;
    }
    std::cout << printed(*reply) << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 4) throw std::runtime_error("wanted: cri_call SOCKET METHOD REQUEST");
    return call(argv[1], argv[2], argv[3]);
} catch (const std::exception& error) {
    std::cerr << "cri_call: " << error.what() << "\n";
    return 2;
}
