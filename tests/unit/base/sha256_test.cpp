// SPDX-License-Identifier: Apache-2.0
// SHA-256 against NIST's examples (FIPS 180-4 example values) and sha256sum(1) of coreutils.
#include "core/base/sha256.hpp"

#include <catch2/catch.hpp>

#include "core/base/error.hpp"
#include "core/base/file.hpp"
#include "core/base/random.hpp"
#include "core/base/sha256_blocks.hpp"
#include "tests/unit/base/folder.hpp"

using assay::sha256_hex;

TEST_CASE("SHA-256 gives NIST's example digests", "[base][sha256]") {
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_hex(std::string(1'000'000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 pads lengths around a block as coreutils does", "[base][sha256]") {
    struct Example {
        std::size_t length;
        const char* digest;
    };
    // python3 -c 'import hashlib; print(hashlib.sha256(b"x" * N).hexdigest())'
    const Example examples[] = {
        {54, "45f316e10b2c99abf374b22bda893cf3300d77263f1e272349ed414680522952"},
        {55, "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"},
        {56, "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"},
        {63, "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2"},
        {64, "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"},
        {65, "9537c5fdf120482f7d58d25e9ed583f52c02b4e304ea814db1633ad565aed7e9"},
        {119, "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c"},
        {120, "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98"},
        {128, "24da1b81d0b16df6428eee73c69fcb2a93c76bc6df706f0c6670fe6bfe800464"},
    };
    for (const Example& example : examples) {
        CAPTURE(example.length);
        CHECK(sha256_hex(std::string(example.length, 'x')) == example.digest);
    }
}

TEST_CASE("a file's digest is that of its bytes, read in pieces", "[base][sha256]") {
    const TemporaryFolder folder;
    const std::string bytes(200'001, '\x7f');
    assay::write_whole(folder.path / "x", bytes);
    CHECK(assay::sha256_file(folder.path / "x") == sha256_hex(bytes));
    CHECK_THROWS_WITH(assay::sha256_file(folder.path / "none"),
                      Catch::Contains("/none: cannot read: No such file"));
    CHECK_THROWS_WITH(assay::sha256_file(folder.path), Catch::Contains("Is a directory"));
}

TEST_CASE("the processor's SHA instructions and plain C++ reach the same state", "[base][sha256]") {
    assay::Random random(1, 1);
    std::array<unsigned char, 64 * 50> blocks{};
    for (unsigned char& byte : blocks) byte = static_cast<unsigned char>(random.below(256));
    assay::Sha256State fastest{1, 2, 3, 4, 5, 6, 7, 8}, portable = fastest;
    assay::sha256_blocks(fastest, blocks.data(), 50);
    assay::sha256_blocks_portable(portable, blocks.data(), 50);
    CHECK(fastest == portable);
}
