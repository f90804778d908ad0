package kmstier

import (
	"fmt"
	"slices"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// ReplicaRegion is a further Region that has a replica of every key of the tier: the
// same key material, with an alias, a policy, grants and tags of its own. See the KMS
// Developer Guide, "Multi-Region keys in AWS KMS".
type ReplicaRegion struct {
	// Region is where the replicas are, such as "ca-central-1": another than the keys',
	// of the same partition. Required, as text, since it names constructs.
	Region string
	// Provider makes them: the AWS provider of that Region, with an alias. Required.
	Provider cdktf.TerraformProvider
}

// Replica is a key's replica in another Region. The getters return tokens that resources
// of that Region take.
type Replica interface {
	// Region is where the replica is.
	Region() string
	// KeyId is the replica's id, which is that of its primary key.
	KeyId() *string
	// Arn is the replica's ARN.
	Arn() *string
	// AliasName is the alias with its prefix, the same as the primary key's.
	AliasName() *string
	// AliasArn is the alias's ARN.
	AliasArn() *string
	// Policy is the replica's policy as it stands, late grants included.
	Policy() keypolicy.Document
}

// replicaRegion is a Region of replicas that was read.
type replicaRegion struct {
	region   string
	provider cdktf.TerraformProvider
	// alias is the provider's.
	alias string
}

// replicaRegions reads where replicas shall be, as far as it can be told without an app.
func (p *parser) replicaRegions(given []ReplicaRegion) {
	for i, one := range given {
		field := fmt.Sprintf("ReplicaRegions[%d].Region", i)
		before := p.Count()
		p.Literal(field, one.Region, limits.Region, "since it names constructs")
		if p.Count() > before {
			continue
		}
		region := config.ValueOf(one.Region)
		if region == p.settings.place.Region {
			p.Report(field, one.Region, "is the Region of the keys themselves; must be another")
		}
		if slices.ContainsFunc(p.settings.replicas, func(other replicaRegion) bool { return other.region == one.Region }) {
			p.Report(field, one.Region, "is that of another entry already")
		}
		if want := p.settings.place.KnownPartition(); want != "" && config.PartitionOfRegion(one.Region) != want {
			p.Report(field, one.Region, fmt.Sprintf("is of partition %q; must be of %q, the keys': KMS replicates within a partition only", config.PartitionOfRegion(one.Region), want))
		}
		p.settings.replicas = append(p.settings.replicas, replicaRegion{region: one.Region, provider: one.Provider})
	}
}

// singleRegionOnly refuses what no multi-Region key can be or serve. See the KMS
// Developer Guide, "Multi-Region keys in AWS KMS", "Considerations".
func (p *parser) singleRegionOnly(given *KmsTierConfig) {
	if len(given.ReplicaRegions) == 0 {
		return
	}
	const instead = "with ReplicaRegions all keys of the tier are multi-Region; make it in a tier without them, or leave them out"
	for i, key := range given.AdditionalKeys {
		if key.CustomKeyStoreId != "" {
			p.Report(fmt.Sprintf("AdditionalKeys[%d].CustomKeyStoreId", i), key.CustomKeyStoreId, "cannot be: a key in a custom key store is of one Region, and "+instead)
		}
		p.singleRegionServices(fmt.Sprintf("AdditionalKeys[%d].AwsServices", i), key.AwsServices, instead)
	}
	p.singleRegionServices("AwsServices.Data", given.AwsServices.Data, instead)
	p.singleRegionServices("AwsServices.Logs", given.AwsServices.Logs, instead)
}

func (p *parser) singleRegionServices(field string, given []AwsService, instead string) {
	for i, service := range given {
		if offer, found := statements.FindOffer(service.Service); found && offer.SingleRegion {
			p.Report(fmt.Sprintf("%s[%d].Service", field, i), service.Service, "takes no multi-Region key, and "+instead)
		}
	}
}

// replicaProviders are the problems with the providers of replicas, which only an app
// has; it notes their aliases.
func (s *settings) replicaProviders() keypolicy.Problems {
	var c config.Checker
	for i := range s.replicas {
		replica, field := &s.replicas[i], fmt.Sprintf("ReplicaRegions[%d].Provider", i)
		if replica.provider == nil {
			c.ReportValue(field, "nil", "is missing; must be the AWS provider of "+replica.region+", with an alias")
			continue
		}
		place, known := replicaPlace(replica.provider)
		if !known {
			continue
		}
		replica.alias = place.alias
		if region := config.ValueOf(place.region); region.Differs(config.ValueOf(replica.region)) {
			c.Report(field, place.region, "is the Region of the provider; must be "+replica.region+", that of the replicas")
		}
		if place.alias == s.providerAlias {
			c.ReportValue(field, fmt.Sprintf("%q", place.alias), "is the alias of the provider of the keys themselves; must be another provider's")
		}
	}
	return c.Problems()
}

// locationIn is where a key's replica is.
func locationIn(location statements.Location, region string) statements.Location {
	location.Region = region
	return location
}

// replicaKey is a replica that was made.
type replicaKey struct {
	key       *tierKey
	region    string
	policy    keypolicy.Document
	resources replicaResources
}

func (r *replicaKey) Region() string     { return r.region }
func (r *replicaKey) KeyId() *string     { return r.resources.key.KeyId() }
func (r *replicaKey) Arn() *string       { return r.resources.key.Arn() }
func (r *replicaKey) AliasName() *string { return r.resources.alias.Name() }
func (r *replicaKey) AliasArn() *string  { return r.resources.alias.Arn() }

func (r *replicaKey) Policy() keypolicy.Document { return r.policy.Clone() }

// createReplicas makes the key's replicas, each below a construct named after its Region.
func (k *tierKey) createReplicas(scope constructs.Construct) {
	s := k.tier.settings
	for _, of := range s.replicas {
		location := locationIn(k.tier.scope, of.region)
		id := "replica-" + of.region
		below := constructs.NewConstruct(scope, &id)
		replica := &replicaKey{key: k, region: of.region, policy: k.purpose.policy(s, location)}
		replica.resources = newReplicaResources(below, s, location, k.purpose, of.provider, k.resources, replica.policy)
		addGrants(below, s, of.provider, replica.resources.keyId, k.purpose.grantHolder, k.purpose.grants(s, location), AdoptedKey{})
		k.replicas = append(k.replicas, replica)
	}
}

// setReplicaPolicies gives the replicas the policies of the settings.
func (k *tierKey) setReplicaPolicies(s settings) {
	for _, replica := range k.replicas {
		replica.policy = k.purpose.policy(s, locationIn(k.tier.scope, replica.region))
		replica.resources.document.PutStatement(statementsOf(replica.policy))
	}
}

// Replica is the key's replica in a Region of ReplicaRegions, or nil.
func (k *tierKey) Replica(region string) Replica {
	for _, replica := range k.replicas {
		if replica.region == region {
			return replica
		}
	}
	return nil
}

// replicaRegionNames are the Regions of the replicas, which the policies speak of.
func (s settings) replicaRegionNames() []string {
	var names []string
	for _, replica := range s.replicas {
		names = append(names, replica.region)
	}
	return names
}
