package keyfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// plan is what terraform show -json prints, as far as it matters here. See
// Terraform's documentation, "JSON Output Format".
type plan struct {
	ResourceChanges []change `json:"resource_changes"`
	PlannedValues   state    `json:"planned_values"`
	PriorState      struct {
		Values state `json:"values"`
	} `json:"prior_state"`
	Configuration struct {
		ProviderConfig map[string]struct {
			Name        string                `json:"name"`
			Alias       string                `json:"alias"`
			Expressions map[string]expression `json:"expressions"`
		} `json:"provider_config"`
		RootModule configModule `json:"root_module"`
	} `json:"configuration"`

	known place
	// deferred are the data sources that are read when the plan is applied.
	deferred []change
}

type change struct {
	Address string `json:"address"`
	Module  string `json:"module_address"`
	Mode    string `json:"mode"`
	Type    string `json:"type"`
	Name    string `json:"name"`
	Change  struct {
		Actions      []string       `json:"actions"`
		After        map[string]any `json:"after"`
		AfterUnknown any            `json:"after_unknown"`
	} `json:"change"`
}

// expression is a constant, references, or nested blocks.
type expression struct {
	constant   any
	references []string
	members    map[string]expression
	items      []expression
}

func (e *expression) UnmarshalJSON(data []byte) error {
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return err
	}
	*e = expressionOf(value)
	return nil
}

func expressionOf(value any) (e expression) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			e.items = append(e.items, expressionOf(item))
		}
	case map[string]any:
		e.constant = value["constant_value"]
		e.references = textsOf(value["references"])
		e.members = map[string]expression{}
		for name, item := range value {
			if name != "constant_value" && name != "references" {
				e.members[name] = expressionOf(item)
			}
		}
	}
	return e
}

func (e expression) member(name string) expression { return e.members[name] }

func (e expression) item(index int) expression {
	if index < len(e.items) {
		return e.items[index]
	}
	return expression{}
}

type configModule struct {
	Resources []struct {
		Mode        string                `json:"mode"`
		Type        string                `json:"type"`
		Name        string                `json:"name"`
		Expressions map[string]expression `json:"expressions"`
	} `json:"resources"`
	ModuleCalls map[string]struct {
		Expressions map[string]expression `json:"expressions"`
		Module      configModule          `json:"module"`
	} `json:"module_calls"`
}

// state is the values part of a state, or of a plan.
type state struct {
	RootModule stateModule `json:"root_module"`
}

type stateModule struct {
	Address   string `json:"address"`
	Resources []struct {
		Address string         `json:"address"`
		Mode    string         `json:"mode"`
		Type    string         `json:"type"`
		Name    string         `json:"name"`
		Values  map[string]any `json:"values"`
	} `json:"resources"`
	ChildModules []stateModule `json:"child_modules"`
}

// changes turns resources of a state into changes that change nothing.
func (m stateModule) changes() []change {
	var changes []change
	for _, r := range m.Resources {
		c := change{Address: r.Address, Module: m.Address, Mode: r.Mode, Type: r.Type, Name: r.Name}
		c.Change.After = r.Values
		changes = append(changes, c)
	}
	for _, child := range m.ChildModules {
		changes = append(changes, child.changes()...)
	}
	return changes
}

func readState(data []byte, defaults Defaults) (File, error) {
	var s struct {
		Values state `json:"values"`
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return File{}, fmt.Errorf("is no state: %w", err)
	}
	p := plan{ResourceChanges: s.Values.RootModule.changes()}
	return p.file(State, defaults), nil
}

func readPlan(data []byte, defaults Defaults) (File, error) {
	var p plan
	if err := json.Unmarshal(data, &p); err != nil {
		return File{}, fmt.Errorf("is no plan: %w", err)
	}
	if len(p.ResourceChanges) == 0 {
		p.ResourceChanges = p.PlannedValues.RootModule.changes()
	}
	return p.file(Plan, defaults), nil
}

func (p *plan) file(format Format, defaults Defaults) File {
	p.known = place{account: defaults.AccountId, region: defaults.Region}
	for _, provider := range p.Configuration.ProviderConfig {
		if provider.Name == "aws" && provider.Alias == "" {
			p.known = p.known.orFrom(placeOfProvider(provider.Expressions["region"].constant, provider.Expressions["allowed_account_ids"].constant))
		}
	}
	for _, c := range append(p.PriorState.Values.RootModule.changes(), p.ResourceChanges...) {
		switch c.Type {
		case "aws_caller_identity":
			p.known = p.known.orFrom(place{account: textOf(c.Change.After["account_id"])})
		case "aws_region":
			p.known = p.known.orFrom(place{region: textOf(c.Change.After["name"])})
		case "aws_partition":
			p.known = p.known.orFrom(place{partition: textOf(c.Change.After["partition"])})
		}
	}
	var resources []resource
	unknown := map[string]change{}
	for _, c := range p.ResourceChanges {
		switch {
		case slices.Equal(c.Change.Actions, []string{"delete"}) || slices.Equal(c.Change.Actions, []string{"forget"}):
		case c.Mode == "data" && c.Type == documentType:
			p.deferred = append(p.deferred, c)
		case c.Mode == "managed" && (slices.Contains(keyTypes, c.Type) || c.Type == grantType):
			unknown[c.Address] = c
			config := p.config(c)
			values, _ := fill(c.Change.After, c.Change.AfterUnknown, expression{members: config}, c.Address, isComputed).(map[string]any)
			resources = append(resources, resource{
				address: c.Address, module: c.Module, kind: c.Type, name: c.Name, values: values,
				keyReference: p.keyReference(c, config["key_id"].references),
			})
		}
	}
	return File{Format: format, Keys: assemble(resources, p.known, func(r resource) (keypolicy.Document, bool, error) {
		return p.policy(unknown[r.address])
	})}
}

// isComputed tells the attributes whose being unknown says nothing, so that they
// are left out.
func isComputed(name string) bool {
	return slices.Contains([]string{"arn", "id", "key_id", "policy", "grant_id", "grant_token"}, name)
}

// config is the configuration of a resource.
func (p *plan) config(c change) map[string]expression {
	module := &p.Configuration.RootModule
	for _, name := range moduleNames(c.Module) {
		call := module.ModuleCalls[name]
		module = &call.Module
	}
	for _, r := range module.Resources {
		if r.Mode == c.Mode && r.Type == c.Type && r.Name == c.Name {
			return r.Expressions
		}
	}
	return nil
}

// moduleNames are the names in a module's address: "module.a[0].module.b" gives
// a and b.
func moduleNames(address string) []string {
	var names []string
	for i, part := range strings.Split(plainAddress(address), ".") {
		if i%2 == 1 {
			names = append(names, part)
		}
	}
	return names
}

// keyReference is the address of the key that a policy or grant refers to: in
// its own module, at its own instance where both have several.
func (p *plan) keyReference(c change, references []string) string {
	for _, reference := range references {
		base := keyName.FindString(reference)
		if base == "" {
			continue
		}
		if c.Module != "" {
			base = c.Module + "." + base
		}
		instance := ""
		if at := strings.Index(c.Address[len(c.Module):], "["); at >= 0 {
			instance = c.Address[len(c.Module)+at:]
		}
		for _, candidate := range []string{base, base + instance} {
			if slices.ContainsFunc(p.ResourceChanges, func(c change) bool { return c.Address == candidate }) {
				return candidate
			}
		}
	}
	return ""
}

// keyName is the beginning of a reference to a key, instance included.
var keyName = regexp.MustCompile(`^aws_kms_(?:replica_external_|external_|replica_)?key\.[A-Za-z0-9_-]+(?:\[[^]]*\])?`)

// policy reads the policy of a key, whether it is known or only what it is made
// of is.
func (p *plan) policy(c change) (document keypolicy.Document, found bool, err error) {
	if text := textOf(c.Change.After["policy"]); text != "" {
		document, err := keypolicy.Parse([]byte(text))
		return document, true, err
	}
	marks, _ := c.Change.AfterUnknown.(map[string]any)
	if marks["policy"] != true {
		return keypolicy.Document{}, false, nil
	}
	expression, given := p.config(c)["policy"]
	if !given {
		return keypolicy.Document{}, false, nil
	}
	references := p.resolve(c.Module, expression.references)
	var documents []change
	for _, reference := range references {
		for _, d := range p.deferred {
			if d.Module == reference.module && sameResource(d, reference.name, c) && !slices.ContainsFunc(documents, func(o change) bool { return o.Address == d.Address }) {
				documents = append(documents, d)
			}
		}
	}
	if len(documents) == 1 {
		document, err := p.document(documents[0], nil)
		return document, true, err
	}
	var names []string
	for _, reference := range references {
		names = append(names, reference.String())
	}
	if len(names) == 0 {
		names = []string{"an expression that the plan does not show"}
	}
	return document, true, fmt.Errorf("the policy is not known before apply; it depends on %s", strings.Join(names, ", "))
}

// reference is a name within a module.
type reference struct{ module, name string }

func (r reference) String() string {
	if r.module == "" {
		return r.name
	}
	return r.module + "." + r.name
}

// resolve follows variables to what the calling module gave for them, and drops
// references that only shorten another one.
func (p *plan) resolve(module string, names []string) []reference {
	var all []reference
	for _, name := range longest(names) {
		variable, isVariable := strings.CutPrefix(name, "var.")
		at := strings.LastIndex(module, "module.")
		if !isVariable || at < 0 {
			all = append(all, reference{module, name})
			continue
		}
		parent := strings.TrimSuffix(module[:at], ".")
		config := &p.Configuration.RootModule
		for _, part := range moduleNames(parent) {
			call := config.ModuleCalls[part]
			config = &call.Module
		}
		path := moduleNames(module)
		given, _, _ := strings.Cut(variable, ".")
		all = append(all, p.resolve(parent, config.ModuleCalls[path[len(path)-1]].Expressions[given].references)...)
	}
	return all
}

// longest drops the names that begin another one: Terraform lists
// aws_iam_role.a.arn and then aws_iam_role.a.
func longest(names []string) []string {
	var kept []string
	for i, name := range names {
		begins := slices.ContainsFunc(names, func(other string) bool {
			return strings.HasPrefix(other, name+".") || strings.HasPrefix(other, name+"[")
		})
		if !begins && !slices.Contains(names[:i], name) {
			kept = append(kept, name)
		}
	}
	return kept
}

var instanceIndex = regexp.MustCompile(`\[(\d+|"[^"]*")\]$`)

// sameResource reports whether a reference of user means the data source,
// instance included as far as it is told.
func sameResource(data change, name string, user change) bool {
	parts := strings.Split(plainAddress(name), ".")
	if len(parts) < 3 || parts[0] != "data" || parts[1] != data.Type || parts[2] != data.Name {
		return false
	}
	instance := instanceIndex.FindString(data.Address)
	if instance == "" || strings.Contains(name, instance) {
		return true
	}
	return !strings.Contains(name, `["`) && !regexp.MustCompile(`\[\d+\]`).MatchString(name) && instance == instanceIndex.FindString(user.Address)
}

// document renders a data source that is read when the plan is applied: what is
// not known yet is named by a token.
func (p *plan) document(c change, under []string) (keypolicy.Document, error) {
	if slices.Contains(under, c.Address) {
		return keypolicy.Document{}, fmt.Errorf("%s refers to itself", c.Address)
	}
	values, _ := fill(c.Change.After, c.Change.AfterUnknown, expression{members: p.config(c)}, c.Address,
		func(name string) bool { return name == "id" || name == "json" || name == "minified_json" }).(map[string]any)
	if statements, isToken := values["statement"].(string); isToken {
		return keypolicy.Document{}, fmt.Errorf("%s is not known before apply: its statements are %s", c.Address, statements)
	}
	document, err := renderDocument(values, func(text string) (keypolicy.Document, error) {
		if !aws.IsToken(text) {
			return keypolicy.Parse([]byte(text))
		}
		for _, other := range p.deferred {
			if other.Module == c.Module && sameResource(other, strings.Trim(text, "${}"), c) {
				return p.document(other, append(under, c.Address))
			}
		}
		return keypolicy.Document{}, errors.New(text + " is not known before apply")
	})
	if err != nil {
		return document, fmt.Errorf("%s: %w", c.Address, err)
	}
	return document, nil
}

// fill puts tokens where a plan says that a value is not known yet. A token is
// the reference of which the value is made where that is the only one, else the
// place.
func fill(value, unknown any, from expression, path string, leaveOut func(name string) bool) any {
	switch marks := unknown.(type) {
	case bool:
		if !marks {
			return value
		}
		if references := longest(from.references); len(references) == 1 {
			return "${" + references[0] + "}"
		}
		return "${unknown " + strings.ReplaceAll(path, `"`, "'") + "}"
	case map[string]any:
		given, _ := value.(map[string]any)
		filled := make(map[string]any, len(given))
		for name, item := range given {
			filled[name] = item
		}
		for name, mark := range marks {
			if mark == true && leaveOut(name) {
				continue
			}
			filled[name] = fill(given[name], mark, from.member(name), path+"."+name, leaveOut)
		}
		return filled
	case []any:
		given, _ := value.([]any)
		filled := make([]any, max(len(given), len(marks)))
		copy(filled, given)
		// Where as many values are unknown as references stand in a list, they are
		// those, in order.
		count := 0
		for _, mark := range marks {
			if mark == true {
				count++
			}
		}
		references := longest(from.references)
		for i, mark := range marks {
			item := from.item(i)
			if mark == true && len(references) == count {
				item = expression{references: references[:1]}
				references, count = references[1:], count-1
			}
			filled[i] = fill(filled[i], mark, item, path+"["+strconv.Itoa(i)+"]", leaveOut)
		}
		return filled
	}
	return value
}
