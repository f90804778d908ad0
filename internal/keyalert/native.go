package keyalert

// native is the pattern of an event that KMS reports by itself. It names the key
// and nobody: no call causes it.
func native(detailType string) Pattern {
	return Pattern{"source": []string{"aws.kms"}, "detail-type": []string{detailType}}
}

func nativeDetails() []detail {
	return []detail{
		{"Key", "key", "$.resources[0]"},
		{"By", "by", "$.source"},
		{"When", "time", "$.time"},
		{"Where", "region", "$.region"},
		{"Event", "id", "$.id"},
	}
}

func materialExpired() Alert {
	return Alert{
		Name: "key-material-expired", Headline: "The imported material of a KMS key has expired",
		Pattern: native("KMS Imported Key Material Expiration"),
		details: nativeDetails(),
		advice:  "Nothing can be decrypted with the key until the same material is imported again (ImportKeyMaterial).",
	}
}

// keyDeleted is the end of a waiting period: the last alert about a key.
func keyDeleted() Alert {
	return Alert{
		Name: "key-deleted", Headline: "A KMS key was deleted for good",
		Pattern: native("KMS CMK Deletion"),
		details: nativeDetails(),
		advice:  "Its waiting period has ended. What it encrypted cannot be decrypted any more.",
	}
}
