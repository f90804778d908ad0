package kmstier

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// AdditionalKey is a further key of the environment, of any kind that KMS has.
//
// A symmetric key (the default) keeps the promises of the data key: nobody uses it
// directly without the encryption context app, env and service, and AWS services use it
// for the resources that it names. Asymmetric and HMAC keys take no encryption context,
// so what they promise is who: the roles that Users names, and with DelegateToIam
// whomever IAM policies of the account let in; never an administrator, and no other
// account. docs/keys.md says what each kind of key allows.
type AdditionalKey struct {
	// Purpose is what the key is for: alias/{NamePrefix}-{Purpose}-{Environment}, and
	// the name by which [KmsTier.Key] finds it. A slug, such as "schema". Required; not
	// "data" or "logs".
	Purpose string
	// Spec is the key spec, such as "RSA_3072". It cannot be changed after the key is
	// made: Terraform would replace the key. Default "SYMMETRIC_DEFAULT". See the KMS
	// Developer Guide, "Key spec reference".
	Spec string
	// Usage is ENCRYPT_DECRYPT, SIGN_VERIFY, GENERATE_VERIFY_MAC or KEY_AGREEMENT, one
	// that fits the spec. It cannot be changed either. Default: the one usage of the
	// spec; required where it has several, as for RSA and elliptic curves.
	Usage string
	// Users are the roles of the key's account that use the key, and how. Roles of
	// LambdaRoleArns and such do not. Default: none; the methods of [Key] add them later.
	Users []KeyUser
	// AwsServices are those that the key serves, as for the data key; none by default,
	// and none of an asymmetric or HMAC key, which no AWS service encrypts with.
	AwsServices []AwsService
	// EnableKeyRotation is for symmetric keys, which alone AWS rotates. Default true for
	// those, and for keys in a custom key store false; must not be false in production
	// where the key can be rotated.
	EnableKeyRotation *bool
	// RotationPeriodDays is from 90 to 2560. Default: the tier's.
	RotationPeriodDays int

	// CustomKeyStoreId is the key store, CloudHSM or external, that has the key's
	// material: "cks-" and 17 hexadecimal digits. Symmetric keys only, which AWS then
	// cannot rotate. Default: KMS itself. See the KMS Developer Guide, "Key stores".
	CustomKeyStoreId string
	// XksKeyId is the id of the key in the external key manager of the key store. Required for an
	// external key store, not given for one of CloudHSM.
	XksKeyId string
}

// KeyUser is roles that use an additional key in one way.
type KeyUser struct {
	// Verb is what they may do. Required; one that fits the key's usage.
	Verb Verb
	// Service is the value of "service" in the encryption context with which they must
	// call a symmetric key, one of the configuration's Services if those are given.
	// Default: any. Other keys take no context, and no Service.
	Service string
	// RoleArns are the ARNs of IAM roles or users in the key's account. There must be
	// one, here or in RoleArnPatterns.
	RoleArns []string
	// RoleArnPatterns are roles by pattern, like those of [KmsTierConfig].
	RoleArnPatterns []string
}

// Verb is what roles may do with a key.
type Verb string

// The verbs, each for keys of one usage.
const (
	// EncryptDecrypt, Encrypt and Decrypt are for ENCRYPT_DECRYPT. On a symmetric key
	// Encrypt has GenerateDataKey too. Services that read what they write, such as S3
	// for uploads in parts and SQS for sending, need EncryptDecrypt of those who write.
	EncryptDecrypt Verb = "EncryptDecrypt"
	Encrypt        Verb = "Encrypt"
	Decrypt        Verb = "Decrypt"
	// Sign and Verify are for SIGN_VERIFY.
	Sign   Verb = "Sign"
	Verify Verb = "Verify"
	// GenerateMac and VerifyMac are for GENERATE_VERIFY_MAC.
	GenerateMac Verb = "GenerateMac"
	VerifyMac   Verb = "VerifyMac"
	// DeriveSharedSecret is for KEY_AGREEMENT.
	DeriveSharedSecret Verb = "DeriveSharedSecret"
)

// row is what the policies say of the verb, which must be one of the constants.
func (v Verb) row() statements.Verb { return statements.MustVerb(string(v)) }

// furtherKey is an additional key that was read.
type furtherKey struct {
	name  string
	spec  aws.KeySpec
	usage aws.KeyUsage

	rotate             bool
	rotationPeriodDays int

	customKeyStoreId, xksKeyId string
}

// purpose is the key's row.
func (k furtherKey) purpose() purpose {
	row := purpose{
		name: k.name, spec: k.spec, usage: k.usage, boundarySid: "Allow" + statements.SidPart(k.name) + "Key", additional: &k,
		grants: func(settings, statements.Location) statements.DeclaredGrants { return statements.DeclaredGrants{} },
	}
	row.policy = func(s settings, location statements.Location) keypolicy.Document {
		if row.takesContext() {
			return s.contextKeyPolicy(row, location)
		}
		return s.verbKeyPolicy(row, location)
	}
	return row
}

// takenIds are those of the constructs that a tier makes beside its keys.
var takenIds = []string{"caller-identity", "region", "partition", "ebs-default-key", "ebs-encryption-by-default"}

// additionalKeys reads the further keys, and who uses them.
func (p *parser) additionalKeys(given []AdditionalKey) {
	for i, key := range given {
		field := fmt.Sprintf("AdditionalKeys[%d]", i)
		p.purposeName(field+".Purpose", key.Purpose)
		read := p.specAndUsage(field+".Spec", field+".Usage", key.Spec, key.Usage)
		if read.spec.Provider != "" {
			p.warn(fmt.Sprintf("AdditionalKeys: the AWS provider of Terraform takes %s from version %s on; version 5, which this library's bindings require, refuses the plan", read.spec.Name, read.spec.Provider))
		}
		read.name = key.Purpose
		p.keyStore(field, key, &read)
		p.keyRotation(field, key, &read)
		p.settings.additional = append(p.settings.additional, read)
		for j, user := range key.Users {
			p.keyUser(fmt.Sprintf("%s.Users[%d]", field, j), read.purpose(), user)
		}
	}
}

// purposeName checks a name against those of the keys before it.
func (p *parser) purposeName(field, name string) {
	before := p.Count()
	p.Literal(field, name, limits.Slug, "since it names the alias")
	if p.Count() > before {
		return
	}
	if slices.Contains(takenIds, name) {
		p.Report(field, name, "is the id of another construct of the tier; must be another")
	}
	for _, other := range p.settings.purposes() {
		switch {
		case other.name == name && other.additional == nil:
			p.Report(field, name, "is a key that every tier has; must be another")
		case other.name == name:
			p.Report(field, name, "is the purpose of another additional key; must be another, or it would have the same alias")
		case statements.SidPart(other.name) == statements.SidPart(name):
			p.Report(field, name, fmt.Sprintf("gives the same Sids as %q; must be another", other.name))
		}
	}
}

// specAndUsage reads what kind of key it is. What is wrong is taken for a symmetric key,
// so that all else is checked.
func (p *parser) specAndUsage(specField, usageField, givenSpec, givenUsage string) furtherKey {
	name := givenSpec
	if name == "" {
		name = aws.SymmetricDefault
	}
	spec, found := aws.FindKeySpec(name)
	if !found {
		p.Report(specField, givenSpec, "must be a key spec: "+strings.Join(aws.KeySpecNames(), ", ")+aws.DidYouMean(aws.Nearest(givenSpec, aws.KeySpecNames())))
		spec, _ = aws.FindKeySpec(aws.SymmetricDefault)
		return furtherKey{spec: spec, usage: aws.EncryptDecrypt}
	}
	if want := p.settings.place.KnownPartition(); spec.Partition != "" && want != "" && want != spec.Partition {
		p.Report(specField, givenSpec, fmt.Sprintf("is a spec of partition %q only, and the key's is %q", spec.Partition, want))
	}
	read := furtherKey{spec: spec, usage: aws.KeyUsage(givenUsage)}
	fits := usageNames(spec.Usages)
	switch {
	case givenUsage == "" && len(spec.Usages) > 1:
		p.Report(usageField, "", fmt.Sprintf("is missing; %s keys have one of several usages: must be %s", spec.Name, fits))
		read.usage = spec.Usages[0]
	case givenUsage == "":
		read.usage = spec.Usages[0]
	case !slices.Contains(aws.KeyUsages(), read.usage):
		p.Report(usageField, givenUsage, "must be a usage that fits the spec "+spec.Name+": "+fits+aws.DidYouMean(aws.Nearest(givenUsage, strings.Split(usageNames(aws.KeyUsages()), " or "))))
		read.usage = spec.Usages[0]
	case !slices.Contains(spec.Usages, read.usage):
		p.Report(usageField, givenUsage, "does not fit the spec "+spec.Name+"; must be "+fits)
		read.usage = spec.Usages[0]
	}
	return read
}

func usageNames(usages []aws.KeyUsage) string {
	var names []string
	for _, usage := range usages {
		names = append(names, string(usage))
	}
	return strings.Join(names, " or ")
}

// keyStore reads where the key's material is kept.
func (p *parser) keyStore(field string, given AdditionalKey, read *furtherKey) {
	read.customKeyStoreId = p.Text(field+".CustomKeyStoreId", given.CustomKeyStoreId, limits.KeyStoreId).Text()
	read.xksKeyId = p.Text(field+".XksKeyId", given.XksKeyId, limits.XksKeyId).Text()
	if given.XksKeyId != "" && given.CustomKeyStoreId == "" {
		p.Report(field+".XksKeyId", given.XksKeyId, "needs CustomKeyStoreId, the external key store")
	}
	if given.CustomKeyStoreId != "" && !read.spec.IsSymmetric() {
		p.Report(field+".CustomKeyStoreId", given.CustomKeyStoreId, "is for symmetric keys only, and the key is "+read.spec.Name)
	}
}

// keyRotation reads whether AWS rotates the key: KMS Developer Guide, "Rotate AWS KMS
// keys".
func (p *parser) keyRotation(field string, given AdditionalKey, read *furtherKey) {
	s := p.settings
	why := ""
	switch {
	case !read.spec.IsSymmetric():
		why = "AWS rotates symmetric keys only, and the key is " + read.spec.Name
	case given.CustomKeyStoreId != "":
		why = "AWS rotates no keys in custom key stores"
	}
	read.rotate = why == ""
	read.rotationPeriodDays = given.RotationPeriodDays
	if why != "" {
		if given.EnableKeyRotation != nil && *given.EnableKeyRotation {
			p.ReportValue(field+".EnableKeyRotation", true, "must be false or left out: "+why)
		}
		if given.RotationPeriodDays != 0 {
			p.ReportValue(field+".RotationPeriodDays", given.RotationPeriodDays, "must be left out: "+why)
		}
		return
	}
	if given.RotationPeriodDays == 0 {
		read.rotationPeriodDays = s.rotationPeriodDays
	} else {
		p.Days(field+".RotationPeriodDays", given.RotationPeriodDays, limits.RotationPeriod)
	}
	if given.EnableKeyRotation != nil {
		read.rotate = *given.EnableKeyRotation
	} else {
		read.rotate = s.rotate
	}
	switch {
	case read.rotate || given.EnableKeyRotation == nil:
	case s.production:
		p.ReportValue(field+".EnableKeyRotation", false, "must be true in production")
	default:
		p.warn(fmt.Sprintf("%s.EnableKeyRotation is false: the key material is never rotated; production would refuse this", field))
	}
}

// keyUser reads roles that use a key in one way.
func (p *parser) keyUser(field string, of purpose, given KeyUser) {
	role, ok := p.verbRole(field+".Verb", field+".Service", of, given.Verb, given.Service)
	if len(given.RoleArns)+len(given.RoleArnPatterns) == 0 {
		p.Report(field, string(given.Verb), "has no roles; give RoleArns or RoleArnPatterns, or leave it out")
	}
	if !ok {
		return
	}
	p.roleList(field+".RoleArns", given.RoleArns, role)
	role.pattern = true
	p.roleList(field+".RoleArnPatterns", given.RoleArnPatterns, role)
}

// verbRole reads what a role may do with a key, and says whether it is right.
func (p *parser) verbRole(verbField, serviceField string, of purpose, verb Verb, service string) (givenRole, bool) {
	before := p.Count()
	role := givenRole{key: of.name, verb: verb, shared: true}
	fits := statements.VerbNames(of.usage)
	if row, found := statements.FindVerb(string(verb)); !found || row.Usage != of.usage {
		p.Report(verbField, string(verb), fmt.Sprintf("does not fit the %s key, which is %s (%s); must be %s%s",
			of.name, of.usage, of.spec.Name, strings.Join(fits, ", "), aws.DidYouMean(aws.Nearest(string(verb), fits))))
		return role, false
	}
	switch {
	case !of.takesContext():
		role.use = useByVerb
		if service != "" {
			p.Report(serviceField, service, "must be left out: KMS takes no encryption context for a key of spec "+of.spec.Name)
		}
	case service == "":
		role.use = useAnyService
	default:
		role.use, role.service = useOneService, service
		if p.boundService(serviceField, service) {
			p.sidOfService(serviceField, of.name, service)
		}
	}
	return role, p.Count() == before
}

// sidOfService refuses a service whose statements would have the Sids of another's.
func (p *parser) sidOfService(field, key, service string) {
	for _, verb := range []Verb{EncryptDecrypt, Encrypt, Decrypt} {
		for _, other := range p.settings.boundServices(key, verb) {
			if sid := sharedSid(other, service); sid != "" && other != service {
				p.Report(field, service, fmt.Sprintf("gives the same Sid, %s, as service %q", sid, other))
				return
			}
		}
	}
}

// additionalServices reads the services that further keys serve.
func (p *parser) additionalServices(given []AdditionalKey, encrypted EncryptedResources) {
	for i, key := range given {
		field, of := fmt.Sprintf("AdditionalKeys[%d].AwsServices", i), p.settings.additional[i]
		if len(key.AwsServices) > 0 && !of.spec.IsSymmetric() {
			p.Report(field, key.AwsServices[0].Service, "must be left out: AWS services encrypt with symmetric keys only, and the key is "+of.spec.Name)
			continue
		}
		p.settings.awsServices[of.name] = p.servicesOf(field, of.name, key.AwsServices, encrypted)
	}
}
