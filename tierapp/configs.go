package tierapp

import (
	"fmt"
	"slices"

	"github.com/neurocipher-io/kmstier/constructs/cmkguard"
	"github.com/neurocipher-io/kmstier/constructs/kmsaudit"
	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/environments"
)

// auditId is the id of an environment's audit in its stack.
const auditId = "audit"

// tierConfig is the configuration of an environment's keys.
func tierConfig(file *environments.File, environment environments.Environment) *kmstier.KmsTierConfig {
	config := &kmstier.KmsTierConfig{
		Environment: environment.Name,
		Production:  environment.Production,
		NamePrefix:  file.NamePrefix,
		App:         file.App,
		Services:    file.Services,

		AccountId: environment.AccountId,
		Region:    environment.Region,
		Partition: partition(environment),

		LambdaRoleArns:  environment.LambdaRoleArns,
		FargateRoleArns: environment.FargateRoleArns,
		GlueRoleArns:    environment.GlueRoleArns,
		RoleArnPatterns: environment.RoleArnPatterns,

		AdministratorRoleArns:        environment.AdministratorRoleArns,
		AdministratorRoleArnPatterns: environment.AdministratorRoleArnPatterns,
		DeployerRoleArns:             environment.DeployerRoleArns,
		DeployerRoleArnPatterns:      environment.DeployerRoleArnPatterns,

		SecurityAccountId: environment.SecurityAccountId,
		SecurityRoleArns:  environment.SecurityRoleArns,
		LogsAccountId:     environment.LogsAccountId,
		LogsRoleArns:      environment.LogsRoleArns,
		LogsBucketArn:     environment.LogsBucketArn,

		OrganizationTrailArn: environment.OrganizationTrailArn,

		AccountAccess:      kmstier.AccountAccess(environment.AccountAccess),
		EncryptedResources: kmstier.EncryptedResources(environment.EncryptedResources),

		EnableKeyRotation:  environment.EnableKeyRotation,
		RotationPeriodDays: orDefault(environment.RotationPeriodDays),
		DeletionWindowDays: orDefault(environment.DeletionWindowDays),
		PreventDestroy:     environment.PreventDestroy,

		EbsEncryptionByDefault: environment.EbsEncryptionByDefault,
	}
	for _, service := range environment.AwsServices.Data {
		config.AwsServices.Data = append(config.AwsServices.Data, kmstier.AwsService(service))
	}
	for _, service := range environment.AwsServices.Logs {
		config.AwsServices.Logs = append(config.AwsServices.Logs, kmstier.AwsService(service))
	}
	for _, region := range environment.ReplicaRegions {
		config.ReplicaRegions = append(config.ReplicaRegions, kmstier.ReplicaRegion{Region: region})
	}
	for _, key := range environment.AdditionalKeys {
		config.AdditionalKeys = append(config.AdditionalKeys, additionalKey(key))
	}
	for _, key := range environment.Adopt {
		config.Adopt = append(config.Adopt, adoptedKey(key))
	}
	for _, role := range environment.ServiceRoles {
		config.ServiceRoles = append(config.ServiceRoles, kmstier.ServiceRole(role))
	}
	for _, share := range environment.SharedWith {
		config.SharedWith = append(config.SharedWith, kmstier.Share(share))
	}
	return config
}

func additionalKey(key environments.AdditionalKey) kmstier.AdditionalKey {
	config := kmstier.AdditionalKey{
		Purpose: key.Purpose, Spec: key.Spec, Usage: key.Usage,
		EnableKeyRotation: key.EnableKeyRotation, RotationPeriodDays: orDefault(key.RotationPeriodDays),
		CustomKeyStoreId: key.CustomKeyStoreId, XksKeyId: key.XksKeyId,
	}
	for _, user := range key.Users {
		config.Users = append(config.Users, kmstier.KeyUser{
			Verb: kmstier.Verb(user.Verb), Service: user.Service, RoleArns: user.RoleArns, RoleArnPatterns: user.RoleArnPatterns,
		})
	}
	for _, service := range key.AwsServices {
		config.AwsServices = append(config.AwsServices, kmstier.AwsService(service))
	}
	return config
}

func adoptedKey(key environments.AdoptedKey) kmstier.AdoptedKey {
	config := kmstier.AdoptedKey{Purpose: key.Purpose, KeyId: key.KeyId, AliasExists: key.AliasExists}
	for _, grant := range key.Grants {
		config.Grants = append(config.Grants, kmstier.AdoptedGrant(grant))
	}
	return config
}

// auditConfig is the configuration of what watches an environment's keys, or nil
// where something else does. The other accounts that the keys are shared with are
// trusted with grants.
func auditConfig(file *environments.File, environment environments.Environment, logsKeyArn string) *kmsaudit.KmsAuditConfig {
	audit := environment.Audit
	if !audit.IsEnabled() {
		return nil
	}
	config := &kmsaudit.KmsAuditConfig{
		Environment: environment.Name,
		Production:  environment.Production,
		NamePrefix:  file.NamePrefix,

		AccountId: environment.AccountId,
		Region:    environment.Region,
		Partition: partition(environment),

		ExistingTrail:         (*kmsaudit.ExistingTrail)(audit.ExistingTrail),
		OrganizationTrail:     (*kmsaudit.OrganizationTrail)(audit.OrganizationTrail),
		DataEventBucketArns:   audit.DataEventBucketArns,
		AccessLogBucket:       audit.AccessLogBucket,
		RetentionDays:         orDefault(audit.RetentionDays),
		LogGroupRetentionDays: orDefault(audit.LogGroupRetentionDays),

		AlertEmails:    audit.AlertEmails,
		ImportedKeyIds: audit.ImportedKeyIds,
		GrantIds:       audit.GrantIds,

		EnableConfigRules: audit.EnableConfigRules,
		EnableGuardDuty:   audit.EnableGuardDuty,
		PreventDestroy:    environment.PreventDestroy,
	}
	// A trail that exists has a key already.
	if config.ExistingTrail == nil {
		config.LogsKeyArn = logsKeyArn
	}
	for _, trusted := range trustedAccounts(environment) {
		config.TrustedAccountIds = append(config.TrustedAccountIds, trusted.id)
	}
	return config
}

// partition is what an environment's Region tells, so that nothing looks it up.
func partition(environment environments.Environment) string {
	return config.PartitionOfRegion(environment.Region)
}

// account is another account that an environment names, and the field that does.
type account struct{ field, id string }

// trustedAccounts are the accounts that an environment's keys are shared with. One
// account may be both of them.
func trustedAccounts(environment environments.Environment) []account {
	var trusted []account
	all := []account{
		{"SecurityAccountId", environment.SecurityAccountId},
		{"LogsAccountId", environment.LogsAccountId},
	}
	for i, share := range environment.SharedWith {
		all = append(all, account{fmt.Sprintf("SharedWith[%d].AccountId", i), share.AccountId})
	}
	for _, given := range all {
		same := func(other account) bool { return other.id == given.id }
		if given.id != "" && !slices.ContainsFunc(trusted, same) {
			trusted = append(trusted, given)
		}
	}
	return trusted
}

// guardConfig is the configuration of an environment's guard.
func guardConfig(environment environments.Environment) *cmkguard.Config {
	config := &cmkguard.Config{
		Environment: environment.Name,
		Production:  environment.Production,
		Enforcement: cmkguard.Enforcement(environment.Guard.Enforcement),
		Unread:      cmkguard.Enforcement(environment.Guard.Unread),
	}
	for _, exception := range environment.Guard.Exceptions {
		config.Exceptions = append(config.Exceptions, cmkguard.Exception{
			Resource: exception.Resource, Attribute: exception.Attribute, Reason: exception.Reason, Until: exception.Until,
		})
	}
	if environment.Audit.IsEnabled() {
		config.Exceptions = append(config.Exceptions, cmkguard.Exception{
			Resource: environment.Name + "/" + auditId + "/undelivered",
			Reason:   "holds alerts that no key could be used for: it must outlive the alerts key",
		})
	}
	return config
}

// orDefault is the value, or zero, which the constructs take for their default.
func orDefault(value *int) int {
	if value == nil {
		return 0
	}
	return *value
}
