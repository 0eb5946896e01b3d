/**
 * Where a visit would go, drawn over the columns while it is moved.
 *
 * It has a tree of its own (a shadow root). Odoo's style sheets ask what is inside of what, by its style (`:has(… [style*=…])`):
 * so for each style or class that changes on the page the browser looks at all of its elements anew, and with a full
 * sheet it can't do that at each move of a hand. What changes in here costs no more than itself.
 */
export class Ghost {
    constructor(ref) {
        this.ref = ref;
    }

    get box() {
        const root = this.ref.el.shadowRoot || this.ref.el.attachShadow({ mode: "open" });
        if (!root.firstChild) {
            const box = document.createElement("div");
            box.append("");
            root.append(box);
        }
        return root.firstChild;
    }

    show({ left, top, width, height }, text, fits) {
        const { box } = this;
        Object.assign(box.style, {
            transform: `translate(${left}px, ${top}px)`,
            width: `${width}px`,
            height: `${height}px`,
        });
        box.part = fits ? "time fits" : "time";
        box.firstChild.data = text;
        if (this.ref.el.classList.contains("d-none")) {
            this.ref.el.classList.remove("d-none");
        }
    }

    hide() {
        this.ref.el?.classList.add("d-none");
    }

    scrollIntoView() {
        this.box.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
}
