package kmstier

import (
	"slices"

	"github.com/neurocipher-io/kmstier/internal/statements"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// The purposes of a tier's keys.
const (
	purposeData = "data"
	purposeLogs = "logs"
)

// purpose is what a key is for, and all that differs between keys because of it.
type purpose struct {
	// name stands in the alias, the tags, the outputs and the resource paths.
	name string
	// policy and grants are what the key's policy says, and the grants beside it.
	policy func(settings, statements.Location) keypolicy.Document
	grants func(settings, statements.Location) statements.DeclaredGrants
	// grantHolder names the account that holds the grants, in their ids and names.
	grantHolder string
	// boundarySid begins the Sids of a boundary's statements for the key.
	boundarySid string
	// sharedByBuckets keys are shared with other accounts through S3 only.
	sharedByBuckets bool
}

// purposes are one row a key. Keys are created, and listed, in this order.
var purposes = []purpose{
	{
		name: purposeData, policy: settings.dataKeyPolicy, grants: settings.dataKeyGrants,
		grantHolder: "security-account", boundarySid: "AllowDataKey",
	},
	{
		name: purposeLogs, policy: settings.logsKeyPolicy, grants: settings.logsKeyGrants,
		grantHolder: "logs-account", boundarySid: "AllowLogsKey", sharedByBuckets: true,
	},
}

// purposeNames says which purposes there are, for messages.
const purposeNames = `"data" or "logs"`

// findPurpose is the row of that name.
func findPurpose(name string) (purpose, bool) {
	i := slices.IndexFunc(purposes, func(p purpose) bool { return p.name == name })
	if i < 0 {
		return purpose{}, false
	}
	return purposes[i], true
}
