// SPDX-License-Identifier: Apache-2.0
#include "core/supervise/message.hpp"

#include <array>
#include <cstdint>
#include <limits>

#include "core/base/error.hpp"
#include "core/result/json_records.hpp"

namespace assay {
namespace {

constexpr std::array kind_names = {"inventory", "phase", "alive", "finished", "done", "fatal"};

Message::Kind kind_from(const std::string& name) {
    for (std::size_t i = 0; i < kind_names.size(); ++i) {
        if (name == kind_names[i]) return static_cast<Message::Kind>(i);
    }
    throw Error("worker: unknown message '" + name + "'");
}

/// Devices travel as subjects: their reader and writer exist already.
Json to_json(const Inventory& inventory) {
    Json json{{"has_threads_option", inventory.has_threads_option}};
    Subject subject;
    subject.plugin = inventory.plugin;
    json["plugin"] = to_json(subject);
    json["devices"] = Json::array();
    for (std::size_t i = 0; i < inventory.devices.size(); ++i) {
        subject.device = inventory.devices[i];
        subject.peaks = inventory.peaks[i];
        json["devices"].push_back(to_json(subject));
    }
    return json;
}

Inventory inventory_from(const Json& json) {
    Inventory inventory;
    inventory.has_threads_option = json.at("has_threads_option").get<bool>();
    inventory.plugin = subject_from_json(json.at("plugin"), "worker").plugin;
    for (const Json& each : json.at("devices")) {
        const Subject subject = subject_from_json(each, "worker");
        inventory.devices.push_back(subject.device);
        inventory.peaks.push_back(subject.peaks);
    }
    return inventory;
}

/// A plugin may have written it: 1e300 is no index, and its conversion would be undefined.
int index_from(const Json& json) {
    const auto value = json.is_number_integer() ? json.get<std::int64_t>() : -2;
    if (value < -1 || value > std::numeric_limits<int>::max()) {
        throw Error("worker: not a message: its index is no index");
    }
    return static_cast<int>(value);
}

}  // namespace

std::string to_line(const Message& message) {
    Json json{{"kind", kind_names[static_cast<std::size_t>(message.kind)]},
              {"index", message.index},
              {"text", message.text}};
    if (message.kind == Message::Kind::finished) json["record"] = to_json(message.record);
    if (message.kind == Message::Kind::inventory) json["inventory"] = to_json(message.inventory);
    return dump_json(json) + "\n";
}

Message message_from_line(const std::string& line) {
    const Json json = parse_json(line, "worker");
    try {
        Message message;
        message.kind = kind_from(json.at("kind").get<std::string>());
        message.index = index_from(json.at("index"));
        message.text = json.at("text").get<std::string>();
        if (json.contains("record")) message.record = case_from_json(json.at("record"), "worker");
        if (json.contains("inventory")) message.inventory = inventory_from(json.at("inventory"));
        return message;
    } catch (const Json::exception& error) {
        throw Error(std::string("worker: not a message: ") + error.what());
    }
}

}  // namespace assay
