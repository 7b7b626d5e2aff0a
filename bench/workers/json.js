// A document of about 2 KB, built and serialised anew for every request.
const products = ["clover", "linden", "acacia", "heather", "chestnut", "forest", "thyme", "buckwheat"];

export default {
  fetch(request) {
    const page = Number(new URL(request.url).searchParams.get("page"));
    const items = [];
    for (let i = 0; i < 16; i++) {
      const id = page * 16 + i;
      const name = products[id % products.length];
      items.push({ id, name, sku: `honey-${name}-${id}`, price: id * 1.25 + 3, inStock: id % 3 !== 0, tags: ["honey", name] });
    }
    return Response.json({ page, pageSize: items.length, total: 4096, next: `/products?page=${page + 1}`, items });
  },
};
