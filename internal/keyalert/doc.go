// Package keyalert says which EventBridge events threaten a KMS key, and what
// the alert about each says, as plain Go data.
//
// [Of] is the table of alerts, one row each. [Watchers] see the same on another
// path, in the log group of the trail.
//
// What KMS reports through CloudTrail is described in the KMS Developer Guide,
// "Logging AWS KMS API calls with AWS CloudTrail"; what it reports by itself in
// "Monitor KMS keys with Amazon EventBridge".
package keyalert
