package cmkguard

import (
	"os"
	"slices"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/hashicorp/terraform-cdk-go/cdktf"
)

// maxAnnotations keeps the calls within one callback few. What is more comes in
// the last annotation of each stack.
const maxAnnotations = 200

// annotateAll adds what was found to the annotations of the stacks, as the
// manifest will have them.
func (g *Guard) annotateAll(app cdktf.App, written *output) error {
	isGuarded := g.guarded()
	guarded := slices.DeleteFunc(slices.Clone(written.paths), func(path string) bool { return !isGuarded(path) })
	ofStack := map[string][]annotation{}
	for _, finding := range g.last.Findings {
		path := finding.Stack
		if path == "" && len(guarded) > 0 { // of an exception
			path = guarded[len(guarded)-1]
		}
		level := cdktf.AnnotationMetadataEntryType_WARN
		if finding.Severity == SeverityAdvice {
			level = cdktf.AnnotationMetadataEntryType_INFO
		}
		ofStack[path] = append(ofStack[path], annotation{path, levels[level], finding.String()})
	}
	left := maxAnnotations
	for _, path := range guarded {
		if len(ofStack[path]) == 0 {
			continue
		}
		all := bounded(slices.Concat(written.annotations[path], ofStack[path]), path, left)
		left = max(left-len(all), 0)
		if err := replaceAnnotations(app, path, all); err != nil {
			return err
		}
	}
	return nil
}

// levels are what a manifest calls them.
var levels = map[cdktf.AnnotationMetadataEntryType]string{
	cdktf.AnnotationMetadataEntryType_WARN: "@cdktf/warn",
	cdktf.AnnotationMetadataEntryType_INFO: "@cdktf/info",
}

// bounded puts what is more than there is room for into one annotation.
func bounded(all []annotation, path string, room int) []annotation {
	if len(all) <= room+1 {
		return all
	}
	var rest []string
	for _, one := range all[room:] {
		rest = append(rest, one.Message)
	}
	return append(all[:room:room], annotation{path, levels[cdktf.AnnotationMetadataEntryType_WARN], strings.Join(rest, "\n")})
}

// replaceAnnotations gives a stack other annotations in the app's manifest, which
// CDKTF filled before it wrote the stack. It keeps them by the id of a stack and
// takes them when it synthesizes one: here an empty one of that id, beside the app
// and in a folder of its own. To synthesize the stack itself again would run its
// aspects twice, which not every aspect bears.
func replaceAnnotations(app cdktf.App, path string, all []annotation) error {
	folder, err := os.MkdirTemp("", "cmkguard-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	beside := cdktf.NewApp(&cdktf.AppConfig{Outdir: &folder})
	nodes := map[string]constructs.Construct{"": beside}
	var nodeAt func(at string) constructs.Construct
	nodeAt = func(at string) constructs.Construct {
		if nodes[at] == nil {
			above, id := "", at
			if slash := strings.LastIndex(at, "/"); slash >= 0 {
				above, id = at[:slash], at[slash+1:]
			}
			scope := nodeAt(above)
			if at == path {
				nodes[at] = cdktf.NewTerraformStack(scope, &id)
			} else {
				nodes[at] = constructs.NewConstruct(scope, &id)
			}
		}
		return nodes[at]
	}
	stack := nodeAt(path).(cdktf.TerraformStack)
	for _, one := range all {
		annotations := cdktf.Annotations_Of(nodeAt(one.ConstructPath))
		if one.Level == levels[cdktf.AnnotationMetadataEntryType_INFO] {
			annotations.AddInfo(&one.Message)
		} else {
			annotations.AddWarning(&one.Message)
		}
	}
	stack.Synthesizer().Synthesize(&session{app.Manifest(), folder})
	return nil
}

// session is what a stack is synthesized in: the manifest takes the annotations.
type session struct {
	manifest cdktf.Manifest
	folder   string
}

// Manifest is the app's.
func (s *session) Manifest() cdktf.Manifest { return s.manifest }

// Outdir is not the app's.
func (s *session) Outdir() *string { return &s.folder }

// SkipValidation is true: an empty stack has nothing to ask.
func (s *session) SkipValidation() *bool {
	skip := true
	return &skip
}

// StacksPrepared is asked for by CDK Terrain, not by CDKTF. An empty stack has
// nothing to prepare, so either answer is right.
func (s *session) StacksPrepared() *bool {
	prepared := false
	return &prepared
}

func lines(findings []Finding) []string {
	var all []string
	for _, finding := range findings {
		all = append(all, finding.String())
	}
	return all
}
