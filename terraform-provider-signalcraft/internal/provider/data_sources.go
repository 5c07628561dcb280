package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	tfpath "github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// collectionDataSource is the data source that reads all resources of a kind at once, or those that
// match its filters: many look-ups cost one read.
type collectionDataSource[T any, S state[T]] struct {
	kind
	session *session
}

func newCollectionDataSource[T any, S state[T]](k kind) func() datasource.DataSource {
	return func() datasource.DataSource { return &collectionDataSource[T, S]{kind: k} }
}

var _ datasource.DataSourceWithConfigure = (*collectionDataSource[team, *team])(nil)

// plural is the kind's name in the plural: escalation_policies.
func (k kind) plural() string {
	return strings.ReplaceAll(path.Base(k.collection), "-", "_")
}

// byKey is the attribute that maps natural keys to resources: by_email.
func (k kind) byKey() string {
	return "by_" + k.naturalKey
}

// filters are the fields by which resources of the kind can be told apart, by name: those of a few
// values, references and labels.
func (k kind) filters() map[string]api.Field {
	found := maps.Clone(api.Schemas[k.body].Fields)
	maps.DeleteFunc(found, func(_ string, field api.Field) bool {
		fewValues := field.Type == api.Text && (field.Enum != nil || field.Kinds != nil)
		return !fewValues && field.Type != api.Boolean && field.Type != api.Map
	})
	return found
}

func (d *collectionDataSource[T, S]) Metadata(
	_ context.Context, _ datasource.MetadataRequest, response *datasource.MetadataResponse,
) {
	response.TypeName = "signalcraft_" + d.plural()
}

func (d *collectionDataSource[T, S]) Schema(
	_ context.Context, _ datasource.SchemaRequest, response *datasource.SchemaResponse,
) {
	plural := strings.ReplaceAll(d.plural(), "_", " ")
	one := computed(api.Schemas[d.body])
	one["id"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: fmt.Sprintf("Id of the %s (`%s_…`).", d.title(), d.prefix),
	}
	attributes := map[string]schema.Attribute{
		"ids": schema.ListAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: fmt.Sprintf("Ids of the %s, the oldest first.", plural),
		},
		d.byKey(): schema.MapNestedAttribute{
			Computed:            true,
			NestedObject:        schema.NestedAttributeObject{Attributes: one},
			MarkdownDescription: fmt.Sprintf("The %s by %s.", plural, d.naturalKey),
		},
	}
	for name, field := range d.filters() {
		attributes[name] = filterAttribute(name, field)
	}
	response.Schema = schema.Schema{
		MarkdownDescription: fmt.Sprintf("All %s of the workspace, or those that match every filter "+
			"that is set. They are read at once: use this rather than many `signalcraft_%s` data sources.",
			plural, d.name),
		Attributes: attributes,
	}
}

func filterAttribute(name string, field api.Field) schema.Attribute {
	words := fmt.Sprintf("Only those with this `%s`.", name)
	switch field.Type {
	case api.Boolean:
		return schema.BoolAttribute{Optional: true, MarkdownDescription: words}
	case api.Map:
		return schema.MapAttribute{
			Optional: true, ElementType: types.StringType,
			MarkdownDescription: fmt.Sprintf("Only those with all of these `%s`; others may be there too.", name),
		}
	default:
		return schema.StringAttribute{Optional: true, MarkdownDescription: words}
	}
}

func (d *collectionDataSource[T, S]) Configure(
	_ context.Context, request datasource.ConfigureRequest, response *datasource.ConfigureResponse,
) {
	var diagnostics diag.Diagnostics
	d.session, diagnostics = sessionFrom(request.ProviderData)
	response.Diagnostics.Append(diagnostics...)
}

func (d *collectionDataSource[T, S]) Read(
	ctx context.Context, request datasource.ReadRequest, response *datasource.ReadResponse,
) {
	wanted, diagnostics := d.wanted(ctx, request.Config)
	response.Diagnostics.Append(diagnostics...)
	if response.Diagnostics.HasError() {
		return
	}
	objects, err := d.session.client.List(ctx, d.collection)
	if err != nil {
		response.Diagnostics.Append(d.session.explain(err).diagnostic())
		return
	}
	ids, byKey := []string{}, map[string]S{}
	for _, object := range objects {
		var document map[string]any
		found := S(new(T))
		if err := errors.Join(object.Decode(&document), object.Decode(found)); err != nil {
			response.Diagnostics.Append(unreadable(d.kind, &object, err))
			return
		}
		if !matches(document, wanted) {
			continue
		}
		found.setID(object.ID)
		ids = append(ids, object.ID)
		byKey[document[d.naturalKey].(string)] = found
	}
	response.State.Raw = request.Config.Raw
	response.Diagnostics.Append(response.State.SetAttribute(ctx, tfpath.Root("ids"), ids)...)
	response.Diagnostics.Append(response.State.SetAttribute(ctx, tfpath.Root(d.byKey()), byKey)...)
}

// wanted are the filters that are set, as JSON has their values.
func (d *collectionDataSource[T, S]) wanted(
	ctx context.Context, config tfsdk.Config,
) (map[string]any, diag.Diagnostics) {
	wanted := map[string]any{}
	var diagnostics diag.Diagnostics
	for name, field := range d.filters() {
		at := tfpath.Root(name)
		switch field.Type {
		case api.Boolean:
			var truth *bool
			diagnostics.Append(config.GetAttribute(ctx, at, &truth)...)
			if truth != nil {
				wanted[name] = *truth
			}
		case api.Map:
			var entries map[string]string
			diagnostics.Append(config.GetAttribute(ctx, at, &entries)...)
			for key, value := range entries {
				wanted[name+"\x00"+key] = value
			}
		default:
			var text *string
			diagnostics.Append(config.GetAttribute(ctx, at, &text)...)
			if text != nil {
				wanted[name] = *text
			}
		}
	}
	return wanted, diagnostics
}

// matches says whether a resource has every value that is wanted. That of a map's entry is wanted
// under the map's name and the key, with a character in between that neither holds.
func matches(document, wanted map[string]any) bool {
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		field, key, inMap := strings.Cut(name, "\x00")
		value := document[field]
		if inMap {
			value = entry(value, key)
		}
		if value != wanted[name] {
			return false
		}
	}
	return true
}
