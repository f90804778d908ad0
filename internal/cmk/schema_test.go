package cmk

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestEveryTypeOfTheTablesIsDecided(t *testing.T) {
	decided := map[string]rule{}
	for _, table := range tables {
		for name, rule := range table {
			if _, twice := decided[name]; twice {
				t.Errorf("%s is in two tables", name)
			}
			decided[name] = rule
		}
	}
	for i, provider := range Tables() {
		if !strings.HasPrefix(provider.Version, []string{"5.", "6."}[i]) || len(provider.Types) < 1500 {
			t.Fatalf("table %d has version %q and %d types", i, provider.Version, len(provider.Types))
		}
		for _, name := range slices.Sorted(maps.Keys(provider.Types)) {
			rule, found := decided[name]
			if keys := provider.keyPaths(name); len(keys) > 0 && !found {
				t.Errorf("no table decides on %s, which takes a key: %q", name, keys)
			}
			_, isLeftOut := leftOut[name]
			if isLeftOut && found {
				t.Errorf("%s is both left out and examined", name)
			}
			if rule.ignored != "" {
				continue
			}
			// What stands beside a key is a switch that a rule knows, or decides nothing.
			for _, path := range provider.Types[name] {
				if !SpeaksOfEncryption(path) || takesKey(path) || strings.HasSuffix(path, "*") || isAside(name, path) || known(name, rule, path) {
					continue
				}
				t.Errorf("%s: nothing decides on the setting %s", name, path)
			}
		}
	}
}

// settingsOfChecks are those that checks in Go look at.
var settingsOfChecks = []string{
	"aws_ami ebs_block_device.encrypted",
	"aws_athena_workgroup configuration.result_configuration.encryption_configuration.encryption_option",
	"aws_codebuild_project artifacts.encryption_disabled",
	"aws_codebuild_project logs_config.s3_logs.encryption_disabled",
	"aws_codebuild_project secondary_artifacts.encryption_disabled",
	"aws_docdb_global_cluster storage_encrypted",
	"aws_ecs_cluster configuration.execute_command_configuration.log_configuration.cloud_watch_encryption_enabled",
	"aws_ecs_cluster configuration.execute_command_configuration.log_configuration.s3_bucket_encryption_enabled",
	"aws_launch_configuration ebs_block_device.encrypted",
	"aws_launch_configuration root_block_device.encrypted",
	"aws_neptune_global_cluster storage_encrypted",
	"aws_rds_global_cluster storage_encrypted",
	"aws_s3_bucket_object server_side_encryption",
	"aws_s3_object server_side_encryption",
	"aws_s3_object_copy server_side_encryption",
	"aws_timestreamquery_scheduled_query error_report_configuration.s3_configuration.encryption_option",
}

func known(name string, rule rule, path string) bool {
	for _, key := range rule.keys {
		for _, setting := range append(slices.Clone(key.with), key.where...) {
			if beside(key, setting) == path {
				return true
			}
		}
		if key.plainPath() == path {
			return true
		}
	}
	return slices.Contains(settingsOfChecks, name+" "+path)
}

// An attribute that a table names and no version of the provider knows is
// misspelt, or gone.
func TestTablesNameOnlyWhatAProviderKnows(t *testing.T) {
	isType := func(name string) bool {
		return slices.ContainsFunc(Tables(), func(table *Table) bool { _, has := table.Types[name]; return has })
	}
	for _, table := range tables {
		for name, rule := range table {
			if rule.what != "" && rule.ignored != "" || rule.what == "" && rule.ignored == "" && rule.special == nil {
				t.Errorf("%s must either store something or be ignored", name)
			}
			if !isType(name) {
				t.Errorf("no provider has the type %s", name)
			}
			for _, key := range rule.keys {
				if !slices.ContainsFunc(Tables(), func(table *Table) bool { return slices.Contains(table.Types[name], key.plainPath()) }) {
					t.Errorf("%s has no attribute %s", name, key.plainPath())
				}
				if strings.HasSuffix(key.path, "!") || strings.HasSuffix(key.path, "?") {
					t.Errorf("%s: the mark in %s is on an attribute", name, key.path)
				}
			}
		}
	}
	for name := range leftOut {
		if !isType(name) {
			t.Errorf("no provider has the type %s, which is left out", name)
		}
	}
	for _, setting := range settingsOfChecks {
		name, path, _ := strings.Cut(setting, " ")
		if !isKnownPath(name, path) {
			t.Errorf("no provider has %s", setting)
		}
	}
	for pattern := range settingsAside {
		used := slices.ContainsFunc(Tables(), func(table *Table) bool {
			for name, paths := range table.Types {
				for _, path := range paths {
					if matches(pattern, name+" "+path) || !strings.Contains(pattern, " ") && matches(pattern, path) {
						return true
					}
				}
			}
			return false
		})
		if !used {
			t.Errorf("nothing is like the setting %s", pattern)
		}
	}
}
