package keyalert

// reported is the pattern of an event that KMS reports by itself. It names the
// key and nobody: no call causes it. See the KMS Developer Guide, "Monitor KMS
// keys with Amazon EventBridge".
func reported(detailType string) Pattern {
	return Pattern{"source": []string{"aws.kms"}, "detail-type": []string{detailType}}
}

func ofReport(lines ...string) message {
	return message{subject: "<eventKey>", by: "By AWS KMS itself at <when>: no call causes it.", lines: lines, key: "<eventKeyId>"}
}

// native are the ends that come by themselves. The trail has an event of each,
// too, which the second watcher counts.
func native() []Alert {
	return []Alert{{
		Name: "key-material-expired", Severity: Critical, Headline: "The imported material of a KMS key has expired",
		Pattern: reported("KMS Imported Key Material Expiration"), SecondWatcher: "key-changed",
		NearMisses: []string{"a key is rotated"},
		message:    ofReport("Nothing can be decrypted with the key until the same material is imported again."),
		Now:        "Import the same material again (ImportKeyMaterial).",
	}, {
		Name: "key-deleted", Severity: Critical, Headline: "A KMS key was deleted for good",
		Pattern: reported("KMS CMK Deletion"), SecondWatcher: "key-changed",
		NearMisses: []string{"a key is rotated"},
		message:    ofReport("Its waiting period has ended. What it encrypted cannot be decrypted any more."),
		Now:        "Find what it encrypted, and restore that from copies under another key.",
	}}
}
