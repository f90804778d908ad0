package statements

import (
	"slices"

	"github.com/neurocipher-io/kmstier/keypolicy"
)

// multiRegionRole is the path and name of the service-linked role by which KMS keeps the
// shared properties of multi-Region keys alike. See the KMS Developer Guide,
// "Authorizing AWS KMS to synchronize multi-Region keys".
const multiRegionRole = "aws-service-role/mrk.kms.amazonaws.com/AWSServiceRoleForKeyManagementServiceMultiRegionKeys"

// AllowKeyReplication lets IAM policies of the account decide who replicates a
// multi-Region key, to these Regions, and lets KMS keep the replicas alike. For an
// account whose IAM policies decide about every action it says nothing new. See the KMS
// Developer Guide, "Control access to multi-Region keys".
func AllowKeyReplication(location Location, regions []string) []keypolicy.Statement {
	if len(regions) == 0 {
		return nil
	}
	root := func() []keypolicy.Principal { return []keypolicy.Principal{location.AccountRoot(location.AccountId)} }
	return []keypolicy.Statement{{
		Sid: "AllowKeyReplication", Effect: keypolicy.Allow, Principals: root(), Actions: []string{"kms:ReplicateKey"},
		Conditions: []keypolicy.Condition{when("StringEquals", keyReplicaRegion, regions...)},
	}, {
		// KMS makes the role with the first such key of an account, and no policy can name a
		// role before there is one.
		Sid: "AllowReplicaSynchronization", Effect: keypolicy.Allow, Principals: root(), Actions: []string{"kms:SynchronizeMultiRegionKey"},
		Conditions: []keypolicy.Condition{when("ArnEquals", keyPrincipalArn, location.arnIn("", "iam", "role/"+multiRegionRole))},
	}}
}

// DenyKeyReplicationElsewhere forbids everyone to replicate a multi-Region key to
// another Region: the replica would have a policy of its own there. See the KMS
// Developer Guide, "kms:ReplicaRegion".
func DenyKeyReplicationElsewhere(regions []string) []keypolicy.Statement {
	if len(regions) == 0 {
		return nil
	}
	return []keypolicy.Statement{{
		Sid: "DenyKeyReplicationElsewhere", Effect: keypolicy.Deny, Principals: []keypolicy.Principal{keypolicy.Everyone()},
		Actions:    []string{"kms:ReplicateKey"},
		Conditions: []keypolicy.Condition{when("StringNotEquals", keyReplicaRegion, slices.Clone(regions)...)},
	}}
}
