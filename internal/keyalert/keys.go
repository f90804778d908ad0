package keyalert

// keyLosses are the calls after which a key decrypts nothing any more.
func keyLosses() []Alert {
	return []Alert{{
		Name: "key-disabled", Severity: Critical, Headline: "A KMS key was disabled",
		Pattern: kmsCalls([]string{"DisableKey"}, done), SecondWatcher: "key-loss",
		NearMisses: []string{"EnableKey"},
		message:    ofKey(called, "Nothing can be encrypted or decrypted with the key until it is enabled again."),
		Now:        "Unless this was planned, EnableKey at once, then ask the caller.",
	}, {
		Name: "key-deletion-scheduled", Severity: Critical, Headline: "A KMS key was scheduled for deletion",
		Pattern: kmsCalls([]string{"ScheduleKeyDeletion"}, done), SecondWatcher: "key-loss",
		NearMisses: []string{"CancelKeyDeletion"},
		message:    ofKey(called, "When the waiting period ends, all that the key encrypted is lost."),
		Now:        "CancelKeyDeletion at once, then EnableKey; ask the caller afterwards.",
	}, {
		Name: "key-material-deleted", Severity: Critical, Headline: "The imported material of a KMS key was deleted",
		Pattern: kmsCalls([]string{"DeleteImportedKeyMaterial"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"CloudTrail reports the expiry, which KMS reports by itself"},
		message:    ofKey(called, "Nothing can be decrypted with the key until the same material is imported again."),
		Now:        "Import the same material again (ImportKeyMaterial).",
	}, {
		Name: "key-store-changed", Severity: Critical, Headline: "A custom key store was disconnected, deleted or changed",
		Pattern: kmsCalls([]string{"DeleteCustomKeyStore", "DisconnectCustomKeyStore", "UpdateCustomKeyStore"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"a custom key store is connected"},
		message:    ofStore(called, "None of the keys in the store can be used while it is disconnected."),
		Now:        "ConnectCustomKeyStore, unless this was planned; check the store's settings.",
	}}
}

func ofStore(lines ...string) message { return ofCall("<store>", lines...) }

// keyChanges are the calls that change who can use a key, or what it is made of.
func keyChanges() []Alert {
	return []Alert{{
		Name: "key-policy-changed", Severity: High, Headline: "The policy of a KMS key was changed",
		Pattern: kmsCalls([]string{"PutKeyPolicy"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"Terraform retries a policy that names a role which is not there yet"},
		message:    ofKey("At <when>, with this policy, and all whom it lets in: <request>"),
		Now:        "Look in the new policy for principals that are not yours, accounts first; terraform plan shows what changed and terraform apply puts the deployed policy back.",
	}, {
		Name: "key-rotation-disabled", Severity: Medium, Headline: "The rotation of a KMS key was switched off",
		Pattern: kmsCalls([]string{"DisableKeyRotation"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"EnableKeyRotation"},
		message:    ofKey(called, "The key keeps its present material until rotation is switched on again."),
		Now:        "EnableKeyRotation, unless this was planned.",
	}, {
		Name: "key-material-imported", Severity: High, Headline: "Material was imported into a KMS key",
		Pattern: kmsCalls([]string{"ImportKeyMaterial"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"the parameters for an import are read"},
		message:    ofKey(called, "With KEY_MATERIAL_EXPIRES the key decrypts nothing after the date in validTo."),
		Now:        "Unless you did this, import the material again without a date (ImportKeyMaterial).",
	}, {
		Name: "key-replicated", Severity: High, Headline: "A KMS key was replicated to another Region",
		Pattern: kmsCalls([]string{"ReplicateKey"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"SynchronizeMultiRegionKey"},
		message:    ofKey(called, "The replica opens all that the key encrypted, under a key policy of its own."),
		Now:        "Read the replica's policy (GetKeyPolicy in its Region); unless it was planned, disable the replica.",
	}, {
		Name: "key-primary-moved", Severity: High, Headline: "The primary of a multi-Region KMS key moves to another Region",
		Pattern: kmsCalls([]string{"UpdatePrimaryRegion"}, done), SecondWatcher: "key-changed",
		NearMisses: []string{"SynchronizeMultiRegionKey"},
		message:    ofKey(called, "Rotation is managed at the primary, and rules in this Region do not see calls there."),
		Now:        "Unless this was planned, move the primary back (UpdatePrimaryRegion).",
	}}
}

// opened are texts that show, in a key policy, that everyone is allowed in: the
// principal after the effect, as Terraform and the AWS tools write it. What is
// written otherwise is left to AWS Config and Access Analyzer, which read
// policies.
var opened = func() []Pattern {
	var texts []string
	for _, everyone := range []string{`{"AWS":"\*"`, `{"AWS":["\*"`, `"\*"`} {
		texts = append(texts, `*"Effect":"Allow","Principal":`+everyone+`*`)
	}
	for _, gap := range []string{" ", "\n      ", "\n            "} {
		texts = append(texts, `*"Effect": "Allow",`+gap+`"Principal": "\*"*`)
	}
	for _, breaks := range [][2]string{{" ", ""}, {"\n      ", "\n        "}, {"\n            ", "\n                "}} {
		texts = append(texts, `*"Effect": "Allow",`+breaks[0]+`"Principal": {`+breaks[1]+`"AWS": "\*"*`)
	}
	return wildcard(texts...)
}()

// identityChanges are the calls after which a name, a tag or a key means
// something else. Attempts that were denied are alerted too.
func identityChanges(names Names) []Alert {
	alias := wildcard("alias/" + names.NamePrefix + "-*-" + names.Environment)
	trusted := []string{"app", "env"}
	return []Alert{{
		Name: "key-alias-changed", Severity: High, Headline: "The alias of a KMS key was deleted or now names another key, or somebody tried to",
		Pattern:       kmsCalls([]string{"DeleteAlias", "UpdateAlias"}, tried, parameters(Pattern{"aliasName": alias})),
		SecondWatcher: "key-changed",
		NearMisses:    []string{"CreateAlias", "the alias of somebody else's key leads to another key"},
		message:       ofCall("<alias> <key>", maybe, "What is encrypted by the alias from now on goes to the other key, or fails."),
		Now:           "terraform apply puts the alias back; find what was encrypted meanwhile, and with which key.",
	}, {
		Name: "key-tags-changed", Severity: High, Headline: "The tag app or env of a KMS key was changed, or somebody tried to",
		Pattern: kmsCalls([]string{"TagResource", "UntagResource"}, tried, oneOf(
			parameters(Pattern{"tags": Pattern{"tagKey": trusted}}), parameters(Pattern{"tagKeys": trusted}),
		)),
		SecondWatcher: "key-changed",
		NearMisses:    []string{"another tag is set", "another tag is removed"},
		message:       ofKey(maybe, "Permissions boundaries let roles use the keys that have these tags."),
		Now:           "terraform apply puts the tags back; a key that got them and is not yours must lose them.",
	}, {
		Name: "open-key-created", Severity: Critical, Headline: "A KMS key was made that everyone may use, or past the lock-out check, or somebody tried to",
		Pattern: kmsCalls([]string{"CreateKey"}, tried, oneOf(
			parameters(Pattern{"bypassPolicyLockoutSafetyCheck": []bool{true}}), parameters(Pattern{"policy": opened}),
		)),
		SecondWatcher: "key-changed",
		NearMisses:    []string{"CreateKey", "a key is made whose policy denies everyone something"},
		message:       ofCall("<key>", maybe, "Such a key is how data is encrypted for somebody outside."),
		Now:           "DisableKey; find what was encrypted with it.",
	}}
}
