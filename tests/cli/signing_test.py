# SPDX-License-Identifier: Apache-2.0
"""`assay sign` and `verify --require-signature`: one way of being right, and each of being wrong."""
import json
import unittest

from program import ProgramTest

FAST = "simulated:median_ns=5000000"

# Made for these tests by openssl genpkey, and used for nothing else.
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIOKJ3Z66XszqYDJJD2ELcsikmND5GzYydVXsjHs3zHjD
-----END PRIVATE KEY-----
"""
PUBLIC = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAnn3hnFZ+8z/eynlppVR0neQSxGlA1fDqIP7niwOmtGg=
-----END PUBLIC KEY-----
"""
OTHER_KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEINc9lT+EaPkv8+/sYwrIF5DArdYHXCF6qfBeefUozUPX
-----END PRIVATE KEY-----
"""
OTHER_PUBLIC = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi3UAG+OW3qiuRy3AJFuefYQUqtEwfe6J5wLsaAjcGHQ=
-----END PUBLIC KEY-----
"""
CURVE_KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyIceNPUsBAq+dHMU
6P8t7g5zRn/Qi3ZnScJJp5KslPmhRANCAAToSFou0768YsHNyJRrZ17AkLE8aaO0
/Ci515mdG6UBbdgC+O5kFzGlnCddDkKh1QgW3uq4+jBtj677efRfXrCc
-----END PRIVATE KEY-----
"""
CURVE_PUBLIC = """-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6EhaLtO+vGLBzciUa2dewJCxPGmj
tPwoudeZnRulAW3YAvjuZBcxpZwnXQ5CodUIFt7quPowbY+u+3n0X16wnA==
-----END PUBLIC KEY-----
"""
LOCKED_KEY = """-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAh1dnqiNihYtQICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGJXtTq72xFxCO1mzbbjrDoEQKuD
xD2rZpLmuVHN6sbnC5c/+DOd8jdh2CAb32uZ2tH+l1rzaPvVePPrfMc4tfCrpwii
AhUmOqkIFq18IyaFlZk=
-----END ENCRYPTED PRIVATE KEY-----
"""


class Signing(ProgramTest):
    def setUp(self):
        super().setUp()
        self.assertEqual(self.run_two("a.jsonl", plugin=FAST).returncode, 0)
        self.write("key.pem", KEY)
        self.write("other.pem", OTHER_KEY)
        self.write("ring.pem", PUBLIC)
        ended = self.assay("sign", "a.jsonl", "--key", "key.pem")
        if "this build has no signatures" in ended.stderr:
            self.skipTest("built without libssl-dev")
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.said = ended.stdout

    def verify(self, ring="ring.pem", file="a.jsonl", *more):
        return self.assay("verify", file, "--require-signature", ring, *more)

    def assert_fault(self, ended, *words):
        """Not sound, for the signature alone."""
        self.assertEqual(ended.returncode, 3, ended.stdout + ended.stderr)
        self.assertEqual(len(ended.stdout.splitlines()), 1, ended.stdout)
        self.assertIn(".jsonl: signature: ", ended.stdout)
        for word in words:
            self.assertIn(word, ended.stdout)

    def signature(self, **changed):
        """The signature's file with other values."""
        fields = json.loads((self.folder / "a.jsonl.sig").read_text()) | changed
        self.write("a.jsonl.sig", json.dumps(fields))

    def fields(self):
        return json.loads((self.folder / "a.jsonl.sig").read_text())

    def test_a_signed_file_is_sound_and_says_by_whom(self):
        key = self.said.split()[-1]
        ended = self.verify()
        self.assertEqual(ended.returncode, 0, ended.stdout)
        self.assertIn(f"signed with key {key}", ended.stdout)
        self.write("ring.pem", "Ann's:\n" + OTHER_PUBLIC + "Bob's:\n" + PUBLIC)
        ended = self.verify("ring.pem", "a.jsonl", "--json")
        self.assertEqual(ended.returncode, 0, ended.stdout)
        self.assertEqual(json.loads(ended.stdout)[0]["signed_with"], key)

    def test_a_reader_reads_a_signed_file_as_ever(self):
        self.assertEqual(self.assay("show", "a.jsonl").returncode, 0)
        self.assertEqual(self.assay("verify", "a.jsonl").returncode, 0)

    def test_one_changed_byte_anywhere(self):
        whole = (self.folder / "a.jsonl").read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            self.write("a.jsonl", whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            ended = self.verify()
            self.assertEqual(ended.returncode, 3)
            self.assertIn("signature: its signature is of another file, or", ended.stdout)

    def test_a_file_that_breaks_no_rule_but_is_another(self):
        self.assertEqual(self.run_two("b.jsonl", "--seed", "2", plugin=FAST).returncode, 0)
        self.write("b.jsonl.sig", (self.folder / "a.jsonl.sig").read_text())
        self.assert_fault(self.verify("ring.pem", "b.jsonl"), "of another file")

    def test_another_digest_in_the_signature(self):
        self.assertEqual(self.run_two("b.jsonl", "--seed", "2", plugin=FAST).returncode, 0)
        self.assertEqual(self.assay("sign", "b.jsonl", "--key", "other.pem").returncode, 0)
        digest = json.loads((self.folder / "b.jsonl.sig").read_text())["sha256"]
        forged = self.fields() | {"sha256": digest}
        self.write("b.jsonl.sig", json.dumps(forged))
        self.assert_fault(self.verify("ring.pem", "b.jsonl"), "does not fit its key")

    def test_a_key_that_is_not_in_the_ring(self):
        self.assertEqual(self.assay("sign", "a.jsonl", "--key", "other.pem", "--force").returncode, 0)
        self.assert_fault(self.verify(), "not in the keyring")

    def test_the_name_of_a_right_key_on_another_ones_signature(self):
        right = self.fields()["key"]
        self.assertEqual(self.assay("sign", "a.jsonl", "--key", "other.pem", "--force").returncode, 0)
        self.signature(key=right)
        self.assert_fault(self.verify(), "does not fit its key")

    def test_a_signature_that_is_cut_or_changed(self):
        whole = self.fields()["signature"]
        for changed in (whole[:-2], "", whole + "00", whole.upper(), "zz" + whole[2:], "0" * 128):
            with self.subTest(changed):
                self.signature(signature=changed)
                self.assert_fault(self.verify())

    def test_a_signature_file_that_is_cut_empty_or_something_else(self):
        whole = (self.folder / "a.jsonl.sig").read_text()
        for text in ("", whole[:40], "{}", "[]", whole.replace("/1", "/2"), whole + whole,
                     whole.replace("{", '{"more":1,'), "x" * 5000):
            with self.subTest(text[:50]):
                self.write("a.jsonl.sig", text)
                self.assert_fault(self.verify())

    def test_no_signature_at_all(self):
        (self.folder / "a.jsonl.sig").unlink()
        self.assert_fault(self.verify(), "not signed")

    def test_a_ring_that_is_empty_missing_or_holds_other_things(self):
        for text, word in (("", "no public key"), ("text\n", "no public key"),
                           (KEY, "no public key"), (CURVE_PUBLIC, "another kind"),
                           (PUBLIC + CURVE_PUBLIC, "another kind"),
                           (PUBLIC + KEY, "no whole public key"),
                           (PUBLIC + OTHER_PUBLIC[:60], "no whole public key")):
            with self.subTest(text[:60]):
                self.write("bad.pem", text)
                self.assert_refused(self.verify("bad.pem"), 1, "bad.pem", word)
        self.assert_refused(self.verify("missing.pem"), 1, "missing.pem")
        self.assert_refused(self.verify(""), 1)

    def test_keys_that_cannot_sign(self):
        for text, word in ((PUBLIC, "no private key"), (LOCKED_KEY, "pass phrase"), ("", "no private"),
                           (CURVE_KEY, "another kind"), (KEY[:50], "no private key")):
            with self.subTest(text[:60]):
                self.write("bad.pem", text)
                ended = self.assay("sign", "a.jsonl", "--key", "bad.pem", "--force")
                self.assert_refused(ended, 1, "bad.pem", word)

    def test_what_is_not_sound_is_not_signed(self):
        lines = (self.folder / "a.jsonl").read_text().splitlines(keepends=True)
        self.write("cut.jsonl", "".join(lines[:-1]))
        ended = self.assay("sign", "cut.jsonl", "--key", "key.pem")
        self.assert_refused(ended, 3, "V01")
        self.assertFalse((self.folder / "cut.jsonl.sig").exists())

    def test_a_signature_is_not_replaced_unless_asked(self):
        before = (self.folder / "a.jsonl.sig").read_text()
        ended = self.assay("sign", "a.jsonl", "--key", "other.pem")
        self.assert_refused(ended, 1, "a.jsonl.sig", "--force")
        self.assertEqual((self.folder / "a.jsonl.sig").read_text(), before)


if __name__ == "__main__":
    unittest.main()
