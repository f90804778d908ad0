// Package kmstiertest is for the tests of apps that have a
// [github.com/neurocipher-io/kmstier/constructs/kmstier.KmsTier]: a snapshot of a
// stack, and what the key policies in it mean, in a line each.
//
//	func TestProd(t *testing.T) {
//		stack, tier := newStack(cdktf.Testing_App(nil))
//		got := kmstiertest.Synthesize(t, stack)
//		got.MatchesGolden("testdata/prod.tf.json")
//
//		key := got.Key(tier.DataKey())
//		key.Can(etl, "kms:Decrypt", tier.EncryptionContext("svc-etl"))
//		key.Cannot(administrator, "kms:Decrypt", "kms:Encrypt")
//	}
//
// What a test finds wrong is a failure of the test, and the test goes on, as with
// [testing.T.Errorf]; what it cannot do ends the test.
package kmstiertest
