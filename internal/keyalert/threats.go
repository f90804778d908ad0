package keyalert

// threat is an operation of KMS that puts a key, or what it encrypts, at risk.
type threat struct {
	operation string
	alert     Alert
}

// threats are the operations that are alerted whoever calls them.
func threats() []threat {
	return []threat{
		{"DisableKey", Alert{
			Name: "key-disabled", Headline: "A KMS key was disabled",
			Lines: []string{"Nothing can be encrypted or decrypted with the key until it is enabled again (EnableKey)."},
		}},
		{"ScheduleKeyDeletion", Alert{
			Name: "key-deletion-scheduled", Headline: "A KMS key was scheduled for deletion",
			Lines: []string{
				"Waiting period: <days> days, until <deletion>",
				"When the waiting period ends, all that the key encrypted is lost. Until then: CancelKeyDeletion, then EnableKey.",
			},
		}},
		{"PutKeyPolicy", Alert{
			Name: "key-policy-changed", Headline: "The policy of a KMS key was changed",
			Lines: []string{
				"Without the lock-out check: <bypass>",
				"Compare the new policy with the one that was deployed: terraform plan shows the difference.",
			},
		}},
		{"DisableKeyRotation", Alert{
			Name: "key-rotation-disabled", Headline: "The rotation of a KMS key was switched off",
			Lines: []string{"The key keeps its present material until rotation is switched on again (EnableKeyRotation)."},
		}},
		{"DeleteImportedKeyMaterial", Alert{
			Name: "key-material-deleted", Headline: "The imported material of a KMS key was deleted",
			Lines: []string{"Nothing can be decrypted with the key until the same material is imported again (ImportKeyMaterial)."},
		}},
		{"ReplicateKey", Alert{
			Name: "key-replicated", Headline: "A KMS key was replicated to another Region",
			Lines: []string{
				"Replica in: <replica>",
				"The replica opens all that the key encrypted, under a key policy of its own.",
			},
		}},
	}
}

func keyThreats() []Alert {
	var alerts []Alert
	for _, threat := range threats() {
		alert := threat.alert
		alert.Pattern = kmsCalls([]string{threat.operation}, Pattern{"errorCode": exists(false)})
		alert.Lines = with(keyCall, alert.Lines...)
		alerts = append(alerts, alert)
	}
	return alerts
}

// changeRefused is an attempt at a threat that failed, whatever the reason.
func changeRefused() Alert {
	var operations []string
	for _, threat := range threats() {
		operations = append(operations, threat.operation)
	}
	return Alert{
		Name: "key-change-refused", Headline: "A change that threatens a KMS key was attempted and refused",
		Pattern: kmsCalls(operations, Pattern{"errorCode": exists(true)}),
		Lines:   with(with(keyCall, refusal...), "The key is as it was. Ask the caller why."),
	}
}
