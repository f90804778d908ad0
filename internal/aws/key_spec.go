package aws

import "slices"

// KeyUsage is what a key is for: AWS KMS API Reference, CreateKey, KeyUsage.
type KeyUsage string

// The usages of KMS keys.
const (
	EncryptDecrypt    KeyUsage = "ENCRYPT_DECRYPT"
	SignVerify        KeyUsage = "SIGN_VERIFY"
	GenerateVerifyMac KeyUsage = "GENERATE_VERIFY_MAC"
	KeyAgreement      KeyUsage = "KEY_AGREEMENT"
)

// KeyUsages are all of them.
func KeyUsages() []KeyUsage {
	return []KeyUsage{EncryptDecrypt, SignVerify, GenerateVerifyMac, KeyAgreement}
}

// SymmetricDefault is the spec of symmetric encryption keys: the only ones that take an
// encryption context, that AWS rotates, and that AWS services use.
const SymmetricDefault = "SYMMETRIC_DEFAULT"

// KeySpec is a key spec with what AWS documents about it.
type KeySpec struct {
	// Name is the spec's, such as "RSA_2048".
	Name string
	// Usages are those that it fits. A key has one.
	Usages []KeyUsage
	// Family is the kind of key, in words.
	Family string
	// Partition is the only one that has it. Empty: all have.
	Partition string
	// Provider is the first version of Terraform's AWS provider that takes it. Empty:
	// all of version 5 do.
	Provider string
}

// KeySpecs are all of them, from the KMS Developer Guide, "Key spec reference", and
// the KMS API Reference, CreateKey, KeySpec and KeyUsage. Which provider takes which is
// said by terraform validate for version 5.100.0; for later ones by the provider's
// issue 43025 and pull request 45025.
func KeySpecs() []KeySpec {
	const elliptic, mlDsa, hmac = "elliptic curve", "ML-DSA (post-quantum)", "HMAC"
	return []KeySpec{
		{Name: SymmetricDefault, Usages: []KeyUsage{EncryptDecrypt}, Family: "symmetric (AES-256-GCM)"},
		{Name: "RSA_2048", Usages: []KeyUsage{EncryptDecrypt, SignVerify}, Family: "RSA"},
		{Name: "RSA_3072", Usages: []KeyUsage{EncryptDecrypt, SignVerify}, Family: "RSA"},
		{Name: "RSA_4096", Usages: []KeyUsage{EncryptDecrypt, SignVerify}, Family: "RSA"},
		{Name: "ECC_NIST_P256", Usages: []KeyUsage{SignVerify, KeyAgreement}, Family: elliptic},
		{Name: "ECC_NIST_P384", Usages: []KeyUsage{SignVerify, KeyAgreement}, Family: elliptic},
		{Name: "ECC_NIST_P521", Usages: []KeyUsage{SignVerify, KeyAgreement}, Family: elliptic},
		{Name: "ECC_SECG_P256K1", Usages: []KeyUsage{SignVerify}, Family: elliptic},
		{Name: "ECC_NIST_EDWARDS25519", Usages: []KeyUsage{SignVerify}, Family: elliptic, Provider: "6.21"},
		{Name: "ML_DSA_44", Usages: []KeyUsage{SignVerify}, Family: mlDsa, Provider: "6"},
		{Name: "ML_DSA_65", Usages: []KeyUsage{SignVerify}, Family: mlDsa, Provider: "6"},
		{Name: "ML_DSA_87", Usages: []KeyUsage{SignVerify}, Family: mlDsa, Provider: "6"},
		{Name: "SM2", Usages: []KeyUsage{EncryptDecrypt, SignVerify, KeyAgreement}, Family: "SM2", Partition: "aws-cn"},
		{Name: "HMAC_224", Usages: []KeyUsage{GenerateVerifyMac}, Family: hmac},
		{Name: "HMAC_256", Usages: []KeyUsage{GenerateVerifyMac}, Family: hmac},
		{Name: "HMAC_384", Usages: []KeyUsage{GenerateVerifyMac}, Family: hmac},
		{Name: "HMAC_512", Usages: []KeyUsage{GenerateVerifyMac}, Family: hmac},
	}
}

// FindKeySpec is the spec of that name.
func FindKeySpec(name string) (KeySpec, bool) {
	all := KeySpecs()
	i := slices.IndexFunc(all, func(s KeySpec) bool { return s.Name == name })
	if i < 0 {
		return KeySpec{}, false
	}
	return all[i], true
}

// KeySpecNames are the names of all.
func KeySpecNames() []string {
	var names []string
	for _, spec := range KeySpecs() {
		names = append(names, spec.Name)
	}
	return names
}

// IsSymmetric reports whether keys of the spec are symmetric encryption keys.
func (s KeySpec) IsSymmetric() bool { return s.Name == SymmetricDefault }
