package keyalert

// native is the pattern of an event that KMS reports by itself. It names the key
// and nobody: no call causes it.
func native(detailType string) Pattern {
	return Pattern{"source": []string{"aws.kms"}, "detail-type": []string{detailType}}
}

// nativeEvent says which key and when.
var nativeEvent = []string{
	"Key: <eventKey>",
	"By: AWS KMS, without a call",
	"When: <eventTime> in <eventRegion>",
	"Event: <eventId>",
}

func materialExpired() Alert {
	return Alert{
		Name: "key-material-expired", Headline: "The imported material of a KMS key has expired",
		Pattern: native("KMS Imported Key Material Expiration"),
		Lines:   with(nativeEvent, "Nothing can be decrypted with the key until the same material is imported again (ImportKeyMaterial)."),
	}
}

// keyDeleted is the end of a waiting period: the last alert about a key.
func keyDeleted() Alert {
	return Alert{
		Name: "key-deleted", Headline: "A KMS key was deleted for good",
		Pattern: native("KMS CMK Deletion"),
		Lines:   with(nativeEvent, "Its waiting period has ended. What it encrypted cannot be decrypted any more."),
	}
}
