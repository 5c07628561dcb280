package api

import (
	"context"
	"net/url"
	"strconv"
	"sync"
)

// lookupsPerPage is how many resources of a collection must have been asked for to make its next
// page worth reading: so a few resources of a large workspace cost a few requests, and all the
// resources of any workspace about one for each thousand.
const lookupsPerPage = 4

// reads answers requests for single resources out of list pages.
type reads struct {
	mu       sync.Mutex
	listings map[string]*listing
}

// listing is what has been read of a collection so far, in the order of ids.
type listing struct {
	collection string
	lookups    int
	pages      int
	objects    map[string]*Object
	cursor     string
	// Ids up to this one have been read; complete says that there are no more pages.
	through  string
	complete bool
	// fetching is closed when the page that is being fetched has arrived.
	fetching chan struct{}
}

// listing returns a collection's listing, and counts one more resource that is asked for.
func (r *reads) listing(collection string) *listing {
	r.mu.Lock()
	defer r.mu.Unlock()
	known := r.listings[collection]
	if known == nil {
		known = &listing{collection: collection, objects: map[string]*Object{}}
		if r.listings == nil {
			r.listings = map[string]*listing{}
		}
		r.listings[collection] = known
	}
	known.lookups++
	return known
}

// Read returns a resource of a collection, as it was at some time since the client was made. A
// resource is missing only if a request for that very one says so.
func (c *Client) Read(ctx context.Context, collection, id string) (*Object, error) {
	known := c.reads.listing(collection)
	for {
		object, fetching := c.look(ctx, known, id)
		if object != nil {
			return object, nil
		}
		if fetching == nil {
			return c.Get(ctx, collection+"/"+url.PathEscape(id))
		}
		select {
		case <-fetching:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// look returns the resource if a page that was read has it, or else a channel to wait for before
// looking again; neither if no page will have it. It starts fetching the next page when that pays.
func (c *Client) look(ctx context.Context, known *listing, id string) (*Object, <-chan struct{}) {
	c.reads.mu.Lock()
	defer c.reads.mu.Unlock()
	if c.writing.Load() {
		return nil, nil
	}
	if object := known.objects[id]; object != nil {
		return object, nil
	}
	if known.complete || id <= known.through {
		return nil, nil
	}
	if known.fetching == nil && known.pages < known.lookups/lookupsPerPage {
		known.fetching = make(chan struct{})
		// Others will wait for this page too: it outlives the request that it was fetched for.
		go c.fetchPage(context.WithoutCancel(ctx), known)
	}
	return nil, known.fetching
}

// fetchPage reads the next page of a listing. A page that can't be read ends the listing: those who
// wait for it then request their resource alone, and get the error.
func (c *Client) fetchPage(ctx context.Context, known *listing) {
	query := url.Values{"limit": {strconv.Itoa(pageSize)}}
	if known.cursor != "" {
		query.Set("cursor", known.cursor)
	}
	page, err := c.page(ctx, known.collection, query)

	c.reads.mu.Lock()
	defer c.reads.mu.Unlock()
	for i := range page.Items {
		object := &page.Items[i]
		known.objects[object.ID] = object
		known.through = max(known.through, object.ID)
	}
	known.pages++
	known.complete = err != nil || page.NextCursor == nil
	if page.NextCursor != nil {
		known.cursor = *page.NextCursor
	}
	close(known.fetching)
	known.fetching = nil
}
