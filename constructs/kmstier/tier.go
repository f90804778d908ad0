package kmstier

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/site"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// KmsTier is one environment's keys: a data key, a logs key, and those of
// AdditionalKeys. Make it with [NewKmsTier].
type KmsTier struct {
	constructs.Construct

	stack    cdktf.TerraformStack
	settings settings
	scope    statements.Location
	data     *DataKey
	logs     *LogsKey
	// further are the additional keys, in the configuration's order.
	further []Key
}

// NewKmsTier creates the keys of an environment below a stack, or below a
// construct of one. The id names the tier within its scope: letters, digits,
// hyphens and underscores.
//
// It returns a [ConfigError] with every problem of the configuration and then
// has created nothing. What is allowed but unusual becomes a warning: a CDKTF
// annotation, and an entry of [KmsTier.Warnings].
func NewKmsTier(scope constructs.Construct, id string, given *KmsTierConfig) (*KmsTier, error) {
	subject := fmt.Sprintf("KmsTier %q", id)
	parent := site.At(scope, id)
	if given == nil {
		return nil, config.Refuse(subject, parent.With(keypolicy.Problems{noConfig}))
	}
	settings, problems := parse(given)
	if problems := parent.With(problems); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	place, _ := settings.providerPlace(parent.Stack)
	settings.providerAlias = place.alias
	if problems := parent.With(settings.replicaProviders()); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	reserved := site.ReservationsOf(parent.Stack)
	if problems := parent.With(append(place.otherwise(settings), settings.conflicts(reserved)...)); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}

	tier := &KmsTier{stack: parent.Stack, settings: settings}
	if problems := parent.Create(tier); len(problems) > 0 {
		return nil, config.Refuse(subject, problems)
	}
	reserved.Take(settings.reservations()...)
	tier.scope = settings.location(&dataSources{scope: tier, provider: settings.provider})
	tier.data = newDataKey(tier)
	tier.logs = newLogsKey(tier)
	for _, key := range settings.additional {
		tier.further = append(tier.further, newAdditionalKey(tier, key.name))
	}
	if settings.ebsEncryptionByDefault {
		newEbsEncryption(tier, settings, tier.data.resources)
	}
	for _, warning := range settings.warnings {
		cdktf.Annotations_Of(tier).AddWarning(&warning)
	}
	return tier, nil
}

// DataKey is the key for the environment's data.
func (t *KmsTier) DataKey() *DataKey { return t.data }

// LogsKey is the key for the environment's logs.
func (t *KmsTier) LogsKey() *LogsKey { return t.logs }

// Key is the key of a purpose: "data", "logs" or that of an additional key. It is nil
// for any other.
func (t *KmsTier) Key(purpose string) Key {
	for _, key := range t.Keys() {
		if key.Purpose() == purpose {
			return key
		}
	}
	return nil
}

// Keys are all keys of the tier: the data key, the logs key, and the additional ones in
// the configuration's order.
func (t *KmsTier) Keys() []Key { return append([]Key{t.data, t.logs}, t.further...) }

// EncryptionContext is what a service must pass as the encryption context of
// every Encrypt, Decrypt and GenerateDataKey call on the data key.
func (t *KmsTier) EncryptionContext(service string) map[string]string {
	return map[string]string{"app": t.settings.app, "env": t.settings.environment, "service": service}
}

// Warnings are the tier's annotations: what is allowed but deserves a look.
func (t *KmsTier) Warnings() []string { return slices.Clone(t.settings.warnings) }

// AccountId is the keys' account: what the configuration gives, else the token of what
// Terraform looks up. It is what aws:SourceAccount must be where a statement lets an
// AWS service in.
func (t *KmsTier) AccountId() *string {
	accountId := t.scope.AccountId
	return &accountId
}

// Production tells that the stricter rules of production hold for the tier.
func (t *KmsTier) Production() bool { return t.settings.production }

var outputPrefixFormat = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_-]*)?$`)

// AddOutputs adds the stack outputs data_key_id, data_key_arn, data_key_alias,
// logs_key_id, logs_key_arn and logs_key_alias, and the like for each additional key,
// with "_" for "-" in its purpose, and the prefix before each name. Each replica has its
// ARN, such as data_key_ca_central_1_arn. Use a prefix where a stack holds more than one tier; "" is no prefix.
//
// It returns a [ConfigError] for a prefix that Terraform does not take and for
// names that the stack has already; no output is added then.
func (t *KmsTier) AddOutputs(prefix string) error {
	refusePrefix := func(reason string) error {
		return config.Refuse(fmt.Sprintf("AddOutputs of KmsTier %q", *t.Node().Path()),
			keypolicy.Problems{{Field: "prefix", Value: fmt.Sprintf("%q", prefix), Reason: reason}})
	}
	if !outputPrefixFormat.MatchString(prefix) {
		return refusePrefix("must be empty, or letters, digits, underscores and hyphens that begin with a letter or underscore")
	}
	var outputs []output
	for _, key := range t.Keys() {
		name := prefix + strings.ReplaceAll(key.Purpose(), "-", "_") + "_key_"
		outputs = append(outputs,
			output{name + "id", key.KeyId()}, output{name + "arn", key.Arn()}, output{name + "alias", key.AliasName()})
		for _, of := range t.settings.replicas {
			outputs = append(outputs, output{name + strings.ReplaceAll(of.region, "-", "_") + "_arn", key.Replica(of.region).Arn()})
		}
	}
	if taken := addOutputs(t.stack, outputs); len(taken) > 0 {
		return refusePrefix(fmt.Sprintf("gives names that the stack has already: %s; must be another", strings.Join(taken, ", ")))
	}
	return nil
}

type output struct {
	name  string
	value *string
}

// addOutputs adds outputs to a stack, or none if it has some of the names already,
// which are returned. To look for each name before would be a call of jsii for
// each, so the names are looked for only when CDKTF has refused one.
func addOutputs(stack cdktf.TerraformStack, outputs []output) (taken []string) {
	added := 0
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		node := stack.Node()
		for _, output := range outputs[:added] {
			node.TryRemoveChild(&output.name)
		}
		for _, output := range outputs {
			if node.TryFindChild(&output.name) != nil {
				taken = append(taken, output.name)
			}
		}
		if len(taken) == 0 {
			panic(thrown)
		}
	}()
	// Outputs are children of the stack itself: deeper ones get a hash in their
	// names.
	for _, output := range outputs {
		cdktf.NewTerraformOutput(stack, &output.name, &cdktf.TerraformOutputConfig{Value: output.value})
		added++
	}
	return nil
}
